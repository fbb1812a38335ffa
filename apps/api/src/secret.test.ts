import { rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Directory } from "../testing/service.ts";
import { Secret } from "./secret.ts";

const first = "first-token-0123456789";
const other = "other-token-0123456789"; // of the same length: its size does not tell

test("a value is given as it is", async () => {
  expect(await new Secret("NAME", { value: first }).read()).toBe(first);
});

test("a file is read without its last line end, and again when it changed", async () => {
  await using directory = await Directory.create();
  const path = join(directory.path, "token");
  const secret = new Secret("NAME", { path });
  await writeFile(path, `${first}\n`);
  expect(await secret.read()).toBe(first);
  await writeFile(path, `${other}\n`);
  await utimes(path, 1, 1);
  expect(await secret.read()).toBe(other);
});

test("a link that is swapped is followed, as Kubernetes rotates a secret", async () => {
  await using directory = await Directory.create();
  const at = (name: string) => join(directory.path, name);
  await writeFile(at("1"), first);
  await writeFile(at("2"), other);
  for (const name of ["1", "2"]) await utimes(at(name), 1, 1); // the inode alone tells
  await symlink("1", at("token"));
  const secret = new Secret("NAME", { path: at("token") });
  expect(await secret.read()).toBe(first);
  await symlink("2", at("next"));
  await rename(at("next"), at("token"));
  expect(await secret.read()).toBe(other);
});

test("a file that is removed revokes the secret; one that is back gives it again", async () => {
  await using directory = await Directory.create();
  const path = join(directory.path, "token");
  const secret = new Secret("NAME", { path });
  await writeFile(path, first);
  await secret.read();
  await rm(path);
  await expect(secret.read()).rejects.toMatchObject({
    code: "SECRET_UNREADABLE",
    message: `NAME_FILE: expected a file this user can read, got ENOENT for "${path}".`,
  });
  await writeFile(path, first);
  expect(await secret.read()).toBe(first);
});

test.each(["", "hunter2", "with a space 0123456789", `${first}\n${first}`])(
  "%j is refused, and not repeated",
  async (value) => {
    const error = await new Secret("NAME", { value }).read().catch(String);
    expect(error).toMatch(/NAME: expected 16 to 512 characters/);
    if (value !== "") expect(error).not.toContain(value);
  },
);
