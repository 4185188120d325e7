// Every kind of act is read by its `kind`, without a cast: this file need only compile.
import type { components } from "./api.d.ts";

export type Act = components["schemas"]["Act"];

export function told(act: Act): string {
  switch (act.kind) {
    case "nomination":
      return `${act.data.by}`;
    case "plan_decision":
      return `${act.data.action}`;
    case "sponsorship":
      return `${act.data.member_id}`;
    case "sponsorship_end":
      return `${act.data.member_id}`;
    case "sponsor_note":
      return `${act.data.assessment}`;
    case "test_assignment":
      return `${act.data.due_on}`;
    case "test_result":
      return `${act.data.assessment}`;
    case "transfer":
      return `${act.data.from_branch_id}`;
    case "introduction":
      return `${act.data.by}`;
    case "certificate":
      return `${act.data.class_kind}`;
    case "dossier":
      return `${act.data.application_on}`;
    case "document":
      return `${act.data.code}`;
    case "verification":
      return `${act.data.step}`;
    case "political_issue":
      return `${act.data.step}`;
    case "opinion":
      return `${act.data.of}`;
    case "resolution":
      return `${act.data.body}`;
    case "submission":
      return `${act.data.paper_number}`;
    case "return":
      return `${act.data.reason}`;
    case "decision":
      return `${act.data.body}`;
    case "ceremony":
      return `${act.data.place}`;
    case "waiver":
      return `${act.data.approver}`;
    case "recognition":
      return `${act.data.body}`;
    case "exit":
      return `${act.data.kind}`;
    case "readmission":
      return `${act.data.by}`;
    case "acknowledgement":
      return `${act.data.reason}`;
    case "annulment":
      return `${act.data.act_id}`;
    // stands for the kinds that come later, whatever their names
    case "other":
      return Object.keys(act.data).join();
    default:
      return later(act);
  }
}

function later(act: never): string {
  return `a kind of act that this client does not know: ${JSON.stringify(act)}`;
}
