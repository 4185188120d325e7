// A person on the way to the Party, by the generated client alone: nominated, sponsored, adopted,
// taught; the branch asks what is missing, records its acts in a batch and reads them back by kind.
import assert from "node:assert";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api.d.ts";
import { told } from "./kinds.js";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
let calls = 0;

async function as(login: string): Promise<Client<paths>> {
  const door = createClient<paths>({ baseUrl: base });
  const { data } = await door.POST("/api/v1/auth/token", {
    body: { grant_type: "password", username: login, password: "ketnap-demo-2020-2025" },
    bodySerializer: (body) => new URLSearchParams(Object.entries(body).map(([k, v]) => [k, String(v)])),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.ok(data, login);
  calls += 1;
  return createClient<paths>({ baseUrl: base, headers: { authorization: `Bearer ${data.access_token}` } });
}

// every answer is there, or the story ends
function had<T>(answer: { data?: T; error?: unknown }): T {
  calls += 1;
  assert.ok(answer.data !== undefined, JSON.stringify(answer.error));
  return answer.data;
}

const demo = (key: string) => `01750000-0000-7000-8000-0000${key}`;
const ifMatch = (version: number) => ({ "If-Match": `"${version}"` });
const branchId = demo("0b010000");
const [union, branch, office] = [await as("union"), await as("branch-01"), await as("office")];

const nomination = had(
  await union.POST("/api/v1/nominations", {
    body: {
      branch_id: branchId,
      full_name: "Đặng Thị Hoài An",
      sex: "female",
      birth_date: "1990-02-03",
      youth_union_member: false,
      trade_union_member: true,
      paper_number: "21-NQ/CĐ",
      paper_on: "2021-01-12",
    },
  }),
);
const id = nomination.candidate_id;
assert.ok(id);
const path = { id };
had(
  await branch.POST("/api/v1/candidates/{id}/sponsorships", {
    params: { path, header: ifMatch(1) },
    body: { member_id: demo("dd010006"), from_on: "2021-01-15" },
  }),
);
let candidate = had(await branch.GET("/api/v1/candidates/{id}", { params: { path } }));
const adopted = had(
  await branch.POST("/api/v1/candidates/{id}/plan-decisions", {
    params: { path, header: ifMatch(candidate.version) },
    body: {
      on: "2021-01-18",
      action: "add",
      minutes_number: "03-BB/CB",
      political_standard: true,
      conduct: true,
      capacity: true,
      task_performance: true,
      priority_group: "woman",
    },
  }),
);
const kind: "plan_decision" = adopted.kind;
assert.equal(adopted.stage_after, "in_plan");

const school = had(
  await office.POST("/api/v1/classes", {
    body: {
      kind: "awareness",
      title: "Lớp nhận thức về Đảng",
      issuer: "Trung tâm Chính trị huyện",
      starts_on: "2021-01-20",
      ends_on: "2021-01-24",
      capacity: 30,
    },
  }),
);
const seat = had(
  await branch.POST("/api/v1/classes/{id}/enrolments", {
    params: { path: { id: school.id } },
    body: { candidate_id: id },
  }),
);
for (const [step, version] of [["compilations", 1], ["confirmations", 2]] as const) {
  had(
    await office.POST(`/api/v1/classes/{id}/${step}`, {
      params: { path: { id: school.id }, header: ifMatch(version) },
      body: { on: "2021-01-18", paper_number: "15-CV/ĐU" },
    }),
  );
}
had(
  await office.PATCH("/api/v1/enrolments/{id}", {
    params: { path: { id: seat.id }, header: ifMatch(3) },
    body: { state: "completed", grade: "good", certificate_number: "GCN-2021-778", certificate_on: "2021-01-30" },
    headers: { "content-type": "application/merge-patch+json" },
  }),
);

// what can be done next: the step says where, and the document which body
const steps = had(await branch.GET("/api/v1/candidates/{id}/next-steps", { params: { path } }));
const open = steps.steps.find((step) => step.kind === "dossier");
assert.ok(open?.possible, JSON.stringify(open));
const votes = steps.steps.filter((step) => step.kind === "resolution");
assert.ok(votes.some((step) => step.fields.purpose === "admission" && !step.possible));

// the dossier and its first papers at once; first only judged
const acts: components["schemas"]["ActEntry"][] = [
  { kind: "dossier", act: { on: "2021-04-01", application_on: "2021-03-30" } },
  { kind: "verification", act: { on: "2021-04-02", step: "declared", relation: "self_person" } },
  { kind: "verification", act: { on: "2021-04-02", step: "declared", relation: "father" } },
];
const batch = (dry_run: boolean, version: number) =>
  branch.POST("/api/v1/candidates/{id}/act-batches", {
    params: { path, header: ifMatch(version) },
    body: { dry_run, acts },
  });
const judged = had(await batch(true, steps.version));
assert.ok(judged.accepted && judged.version === steps.version);
const done = had(await batch(false, steps.version));
assert.equal(done.stage, "dossier");
const stale = await batch(false, steps.version);
calls += 1;
assert.equal(stale.response.status, 412);
assert.equal(stale.error?.current?.version, done.version);

const early = await branch.POST("/api/v1/candidates/{id}/resolutions", {
  params: { path, header: ifMatch(done.version) },
  body: {
    on: "2021-06-01", purpose: "admission", body: "branch", number: "06-NQ/CB", method: "secret_ballot",
    members: 14, exempt_absent: 0, suspended: 0, present: 14, in_favor: 14, against: 0, abstain: 0,
  },
});
calls += 1;
assert.ok(early.error && early.error.requirements.length > 2);

const timeline = had(await office.GET("/api/v1/candidates/{id}/timeline", { params: { path } }));
const lines = timeline.items.map((act) => `${act.on} ${act.kind}: ${told(act)}`);
assert.ok(lines.length >= 7 && timeline.items.some((act) => act.kind === kind), lines.join("\n"));
candidate = had(await branch.GET("/api/v1/candidates/{id}", { params: { path } }));
assert.equal(candidate.stage, "dossier");
console.log(`story.ts: ${lines.length} acts, ${calls} calls`);
