// A client that is installed goes on when an answer has a kind, a value or a property that it does
// not know.
import assert from "node:assert";
import { getActResponse, getCandidateResponse } from "./zod.js";
import { told, type Act } from "./kinds.js";

const id = "01750000-0000-7000-8000-0000ca010001";
const act = {
  id,
  candidate_id: id,
  branch_id: id,
  recorded_branch_id: id,
  recorded_branch_name: "Chi bộ Khám bệnh",
  seq: 1,
  kind: "waiver",
  on: "2021-01-15",
  data: { act_id: null, approver: "Ban Thường vụ", paper_number: "31-CV/ĐU", reason: "vùng khó khăn", rules: null, what: "new_member_class" },
  regulation: "24-QĐ/TW",
  stage_after: "dossier",
  vote: null,
  corrects_id: null,
  superseded_by: null,
  account_id: id,
  role: "party_office",
  actor: null,
  version: 7,
  recorded_at: "2021-01-15T02:00:00Z",
  _hidden: [],
};
getActResponse.parse(act);
getActResponse.parse({ ...act, stage_after: "on_the_moon", role: "astronaut", crater: 7 });
const known = act as Act; // as the generated client types an answer
assert.equal(told(known), "Ban Thường vụ");
const later = { ...act, kind: "moon_landing", data: { crater: 7 } };
getActResponse.parse(later);
assert.match(told(later as unknown as Act), /does not know/);
assert.throws(() => getActResponse.parse({ ...act, seq: "first" }));
assert.ok(getCandidateResponse);
console.log("open.ts: unknown kinds, values and properties pass");
