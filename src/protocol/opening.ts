/** What a server of this build answers to requests whose answer never varies, by protocol revision. */
export interface RecordedAnswers {
  readonly [revision: string]: {
    /** By method: `initialize`, `ping`, and the lists. */
    readonly [method: string]: object;
  };
}

/** What is to be done with a message. `later`: the opening is over, and it is for the server itself. */
export type OpeningMove = { readonly answer: object } | "noted" | "later";

export interface Opening {
  take(message: unknown): OpeningMove;
  /** The messages that a server which comes later has to have seen, `initialize` with the given id. */
  seen(initializeId: string): object[];
}

/**
 * The first messages of a connection, answered from what was recorded of the server itself: a host asks every server
 * for its lists at every start, and few of them are called then. It takes what is plainly right; whatever else comes,
 * right or wrong, is for the server.
 */
export function createOpening(recorded: RecordedAnswers): Opening {
  let initialize: object | undefined;
  let initialized: object | undefined;
  let answers: RecordedAnswers[string] | undefined;

  return {
    take(message) {
      if (!isObject(message) || message.jsonrpc !== "2.0" || typeof message.method !== "string")
        return "later";
      const { id, method, params } = message;
      if (answers === undefined) {
        const revision = method === "initialize" ? plainRevision(params) : undefined;
        const known = revision === undefined ? undefined : own(recorded, revision);
        const result = known?.initialize;
        if (!isId(id) || result === undefined) return "later";
        answers = known;
        initialize = message;
        return { answer: { jsonrpc: "2.0", id, result } };
      }
      if (method === "notifications/initialized" && id === undefined && initialized === undefined) {
        initialized = message;
        return "noted";
      }
      const result = method === "initialize" ? undefined : own(answers, method);
      if (!isId(id) || result === undefined || !asksNothingSpecial(params)) return "later";
      return { answer: { jsonrpc: "2.0", id, result } };
    },
    seen: (id) => [
      ...(initialize === undefined ? [] : [{ ...initialize, id }]),
      ...(initialized === undefined ? [] : [initialized]),
    ],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function isId(id: unknown): boolean {
  return typeof id === "string" || Number.isSafeInteger(id);
}

/** The revision that `initialize` asks for, where its parameters are of the form that every client sends. */
function plainRevision(params: unknown): string | undefined {
  if (!isObject(params)) return undefined;
  const { protocolVersion, capabilities, clientInfo, ...more } = params;
  if (typeof protocolVersion !== "string" || Object.keys(more).length > 0) return undefined;
  const named = isObject(clientInfo) && "name" in clientInfo && "version" in clientInfo;
  if (!named || !Object.entries(clientInfo).every(isPlainName)) return undefined;
  return isObject(capabilities) && Object.values(capabilities).every(isSwitches)
    ? protocolVersion
    : undefined;
}

function isPlainName([key, value]: readonly [string, unknown]): boolean {
  return ["name", "version", "title"].includes(key) && typeof value === "string";
}

/** A capability: an object of switches, or of objects such as this. */
function isSwitches(value: unknown): boolean {
  return (
    isObject(value) && Object.values(value).every((inner) => typeof inner === "boolean" || isSwitches(inner))
  );
}

/** No cursor, no revision of its own, no task: nothing but, perhaps, a token for progress. */
function asksNothingSpecial(params: unknown): boolean {
  if (params === undefined) return true;
  if (!isObject(params)) return false;
  const { _meta = {}, ...more } = params;
  if (Object.keys(more).length > 0 || !isObject(_meta)) return false;
  return Object.entries(_meta).every(([key, value]) => key === "progressToken" && isId(value));
}
