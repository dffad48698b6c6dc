import type { CallNotes } from "../observer.ts";
import type { WaitTaskAnswer } from "../tools/wait-task.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";

/** What a request about a task came to. @throws ProtocolError that says why that is nothing */
export function taken<T>(answer: WaitTaskAnswer<T>, notes: CallNotes): T {
  if (answer.ok) return answer.value;
  notes.failure = answer.code;
  throw new ProtocolError(
    answer.code === "server_stops" ? errorCodes.internal : errorCodes.invalidParams,
    answer.message,
  );
}
