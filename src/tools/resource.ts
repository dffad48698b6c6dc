import type { Caller } from "../caller.ts";
import type { ToolContext } from "./tool.ts";

/** One form of a resource's content. */
export interface ResourceContent {
  readonly mimeType: string;
  readonly text: string;
}

/** Who asks, until when, and what is noted of it. */
export type ResourceContext = Pick<ToolContext, "caller" | "signal" | "notes">;

/** A resource at a fixed URI. */
export interface Resource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly read: () => readonly ResourceContent[];
}

/** What a read or a subscription came to. A refusal is one line for a person. */
export type ResourceAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly notFound: boolean; readonly message: string };

/** What a read came to. */
export interface ResourceReading {
  readonly contents: readonly ResourceContent[];
  /** Whole milliseconds for which nobody need read it again. */
  readonly freshForMs: number;
}

/** Resources whose URIs have a form (RFC 6570). */
export interface ResourceTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The OAuth scope that a caller needs who has any. */
  readonly scope: string;
  /** Whether the URI is one of these. */
  readonly has: (uri: string) => boolean;
  readonly read: (uri: string, context: ResourceContext) => Promise<ResourceAnswer<ResourceReading>>;
  /** A refusal where there is known to be none of this URI. Within seconds, whether or not that could be learned. */
  readonly exists: (uri: string, context: ResourceContext) => Promise<ResourceAnswer<true>>;
  /**
   * Calls `onUpdated` once on each change until the signal aborts or nothing more can change, and then `onOver`.
   * Nothing is asked of anybody where the URI is not one of these.
   */
  readonly subscribe: (
    uri: string,
    context: ResourceContext,
    onUpdated: () => void,
    onOver: () => void,
  ) => ResourceAnswer<() => void>;
  /** What a variable of the template may be, that begins with what was typed. */
  readonly complete: (variable: string, typed: string, caller: Caller) => readonly string[];
}
