import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { goodTraces } from "../../test/traces.ts";
import { judge } from "../report.ts";
import { runChecks } from "../run-checks.ts";
import { findings, renderChecks, renderReport } from "./render.ts";

const good = judge(observationOf({ runs: goodTraces }), { stopMs: 5000 }, runChecks);
const worse = judge(
  observationOf({
    runs: {
      ...goodTraces,
      sigterm: { notTried: "no workload given" },
      orphan: { ...goodTraces.orphan, reaped: false },
    },
  }),
  { stopMs: 5000 },
  runChecks,
);

const all = runChecks.length;
const ofSigterm = runChecks.filter(({ needs }) => needs.includes("runs.sigterm")).map(({ id }) => id);

test("a clean report says so", () => {
  expect(findings(good)).toBe(0);
  expect(renderReport(good, runChecks)).toMatch(new RegExp(`${all} checks: ${all} pass · no findings\n$`));
});

test("what failed comes first, then what is unknown; both are findings", () => {
  expect(findings(worse)).toBe(1 + ofSigterm.length);
  const text = renderReport(worse, runChecks);
  const order = [...text.matchAll(/(RUN-[A-Z]+-\d+) /g)].map(([, id]) => id);
  expect(order.slice(0, 1 + ofSigterm.length)).toEqual(["RUN-REAP-001", ...ofSigterm]);
  expect(text).toContain("→ Put dumb-init or tini in front of node.");
  expect(text).toContain("could not be tried: no workload given");
  expect(text).toContain(`${ofSigterm.length} unknown, 1 fail · `);
  expect(text).toMatch(new RegExp(`${1 + ofSigterm.length} findings \\(fail and unknown count\\)\n$`));
});

test("every check is listed once, by ID", () => {
  const ids = [...renderChecks(runChecks).matchAll(/RUN-[A-Z]+-\d+/g)].map(([id]) => id);
  expect(ids).toEqual(runChecks.map(({ id }) => id).sort());
});
