/** The status of an answer that nobody gets. Servers use it in their logs; it is none of HTTP's. */
export const hungUp = 499;

/** The answer; or an empty one, once the client has hung up: the SDK then gives none, and the call would never be over. */
export function orGone(signal: AbortSignal, answer: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(new Response(null, { status: hungUp })), { once: true });
    answer.then(resolve, reject);
  });
}
