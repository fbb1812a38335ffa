import { expect, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startProcess } from "../testing/service.ts";

/** Starts the service with a bug that SIGUSR2 sets off. */
const withBug = (bug: string, ...more: string[]) => {
  const code = `process.on("SIGUSR2", () => { ${bug} })`;
  return startProcess({}, ["--import", `data:text/javascript,${encodeURIComponent(code)}`, ...more]);
};

test.each([
  ["an exception", 'throw new Error("boom")', [], "uncaughtException", "boom"],
  ["a rejection", 'Promise.reject(new Error("boom"))', [], "unhandledRejection", "boom"],
  [
    "a rejection that Node was told to tolerate",
    'Promise.reject(new Error("boom"))',
    ["--unhandled-rejections=warn"],
    "unhandledRejection",
    "boom",
  ],
  [
    "something that is no error",
    "throw Object.create(null)",
    [],
    "uncaughtException",
    "thrown: [Object: null prototype] {}",
  ],
])("%s: one fatal line, exit 1, no file left", async (_, bug, more, origin, message) => {
  await using service = await withBug(bug, ...more);
  await using client = await RawClient.connect(await service.port());
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  service.child.kill("SIGUSR2");
  expect(await service.exited).toEqual({ code: 1, signal: null });
  await client.closed;
  expect(await service.directory.files()).toEqual([]);
  await service.log.until("uncaught error, exiting");
  expect(service.log.lines.filter(({ level }) => level === 60)).toMatchObject([{ origin, err: { message } }]);
  expect(service.log.lines.at(-1)).toMatchObject({ level: 60 });
});
