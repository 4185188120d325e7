// A person on the way to the Party, by the generated client alone, from the nomination to the official
// member: sponsored, adopted, taught; the branch asks what is missing and records its acts in a batch,
// the Office sends the file up, the committee above decides; the acts are read back by kind.
import assert from "node:assert";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api.d.ts";
import { told } from "./kinds.js";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
// the most requests that the story may take, signing in included
const most = 75;
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
const upper = await as("upper");

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
const stands = async () => had(await branch.GET("/api/v1/candidates/{id}", { params: { path } }));

// the branch takes her on: particulars, sponsor, its list
const changed = had(
  await branch.PATCH("/api/v1/candidates/{id}", {
    params: { path, header: ifMatch((await stands()).version) },
    body: { general_education: "upper_secondary" },
    headers: { "content-type": "application/merge-patch+json" },
  }),
);
const sponsor = demo("dd010006");
const sponsorship = had(
  await branch.POST("/api/v1/candidates/{id}/sponsorships", {
    params: { path, header: ifMatch(changed.version) },
    body: { member_id: sponsor, from_on: "2021-01-15" },
  }),
);
assert.ok(sponsorship.candidate_version);
const adopted = had(
  await branch.POST("/api/v1/candidates/{id}/plan-decisions", {
    params: { path, header: ifMatch(sponsorship.candidate_version) },
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

async function taught(kind: "awareness" | "new_member", on: string, certificate: string) {
  const school = had(
    await office.POST("/api/v1/classes", {
      body: {
        kind,
        title: "Lớp",
        issuer: "Trung tâm Chính trị huyện",
        starts_on: on,
        ends_on: on,
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
        body: { on, paper_number: "15-CV/ĐU" },
      }),
    );
  }
  had(
    await office.PATCH("/api/v1/enrolments/{id}", {
      params: { path: { id: seat.id }, header: ifMatch(3) },
      body: { state: "completed", grade: "good", certificate_number: certificate, certificate_on: on },
      headers: { "content-type": "application/merge-patch+json" },
    }),
  );
}
await taught("awareness", "2021-01-25", "GCN-2021-778");

// what can be done next: the step says where, and the document which body
const steps = had(await branch.GET("/api/v1/candidates/{id}/next-steps", { params: { path } }));
const open = steps.steps.find((step) => step.kind === "dossier");
assert.ok(open?.possible, JSON.stringify(open));
const votes = steps.steps.filter((step) => step.kind === "resolution");
assert.ok(votes.some((step) => step.fields.purpose === "admission" && !step.possible));

// the dossier and its first papers at once; first only judged
type Entry = components["schemas"]["ActEntry"];
const relations = ["self_person", "father", "mother"] as const;
const acts: Entry[] = [
  { kind: "dossier", act: { on: "2021-02-05", application_on: "2021-02-01" } },
  ...relations.map((relation): Entry => ({
    kind: "verification",
    act: { on: "2021-02-06", step: "declared", relation },
  })),
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

const ballot = (purpose: "admission" | "recognition", body: "branch" | "committee", on: string) => {
  const members = body === "branch" ? 14 : 15;
  return {
    on, purpose, body, number: `06-NQ/${on}`, method: "secret_ballot" as const, members,
    exempt_absent: 0, suspended: 0, present: members, in_favor: members, against: 0, abstain: 0,
  };
};
const early = await branch.POST("/api/v1/candidates/{id}/resolutions", {
  params: { path, header: ifMatch(done.version) },
  body: ballot("admission", "branch", "2021-03-15"),
});
calls += 1;
assert.ok(early.error && early.error.requirements.length > 2);

// these acts at once, on the file as it is read
async function records(who: Client<paths>, stage: string, entries: Entry[]) {
  const { version } = await stands();
  const recorded = had(
    await who.POST("/api/v1/candidates/{id}/act-batches", {
      params: { path, header: ifMatch(version) },
      body: { acts: entries },
    }),
  );
  assert.ok(recorded.accepted, JSON.stringify(recorded));
  assert.equal(recorded.stage, stage);
}
const papers = (on: string, ...codes: string[]) =>
  codes.map((code): Entry => ({ kind: "document", act: { on, code, received_on: on } }));
const note = (on: string): Entry => ({
  kind: "sponsor_note",
  act: { on, member_id: sponsor, assessment: "good" },
});

// the rest of the file, and the branch's vote
await records(branch, "branch_resolved", [
  { kind: "verification", act: { on: "2021-02-07", step: "sealed" } },
  ...relations.map((relation): Entry => ({
    kind: "verification",
    act: { on: "2021-02-08", step: "sent", relation },
  })),
  ...relations.map((relation): Entry => ({
    kind: "verification",
    act: { on: "2021-03-01", step: "returned", relation, flagged: false },
  })),
  { kind: "verification", act: { on: "2021-03-03", step: "concluded", conclusion: "clear" } },
  ...["dd010007", "dd010008"].map((member): Entry => ({
    kind: "introduction",
    act: {
      on: "2021-02-10", by: "member", member_id: demo(member), shared_from: "2018-05-02", shared_kind: "work",
      paper_number: "3-KNĐ",
    },
  })),
  ...(["trade_union", "residence_branch_committee"] as const).map((of): Entry => ({
    kind: "opinion",
    act: { on: "2021-03-05", of, purpose: "admission", favourable: true },
  })),
  note("2021-03-10"),
  { kind: "resolution", act: ballot("admission", "branch", "2021-03-15") },
]);

// the committee votes, the file goes up and is decided
await records(office, "submitted", [
  { kind: "resolution", act: ballot("admission", "committee", "2021-03-25") },
  ...papers("2021-03-27", "1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"),
  { kind: "submission", act: { on: "2021-04-01", paper_number: "14-TTr/ĐU" } },
]);
const above = "upper_standing_committee" as const;
await records(upper, "decided", [
  {
    kind: "decision",
    act: {
      on: "2021-04-20", purpose: "admission", outcome: "granted", number: "27-QĐNS/HU", body: above,
      members: 11, in_favor: 6, received_on: "2021-04-23",
    },
  },
]);

// the ceremony, a year of probation, the second class, the recognition
await records(branch, "probationary", [
  { kind: "ceremony", act: { on: "2021-05-05", place: "Hội trường" } },
  note("2021-08-05"),
]);
await taught("new_member", "2021-09-10", "GCN-2021-781");
await records(office, "probationary", papers("2022-05-04", "10-KNĐ", "11-KNĐ", "12-KNĐ"));
await records(branch, "recognition_branch_resolved", [
  { kind: "resolution", act: ballot("recognition", "branch", "2022-05-06") },
]);
await records(office, "recognition_committee_resolved", [
  { kind: "resolution", act: ballot("recognition", "committee", "2022-05-16") },
  ...papers("2022-05-17", "13-KNĐ", "15-KNĐ"),
]);
await records(upper, "official", [
  {
    kind: "recognition",
    act: { on: "2022-05-20", number: "41-QĐCN/HU", body: above, members: 11, in_favor: 9 },
  },
]);

const timeline = had(
  await office.GET("/api/v1/candidates/{id}/timeline", { params: { path, query: { limit: 200 } } }),
);
const lines = timeline.items.map((act) => `${act.on} ${act.kind}: ${told(act)}`);
assert.ok(lines.length >= 40 && timeline.items.some((act) => act.kind === kind), lines.join("\n"));
const member = had(await office.GET("/api/v1/members/{id}", { params: { path } }));
assert.equal(member.official_on, "2022-05-05");
console.log(`story.ts: ${lines.length} acts, ${calls} calls`);
assert.ok(calls <= most, `${calls} calls`);
