/** The status of an answer that nobody gets. Servers use it in their logs; it is none of HTTP's. */
export const hungUp = 499;

/**
 * The answer; or an empty one, once the client has hung up: the SDK then gives none, and the call would never be over.
 * `onGone` is called then, also where the client hangs up while it reads the answer.
 */
export function orGone(
  signal: AbortSignal,
  answer: Promise<Response>,
  onGone: () => void = () => {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const gone = () => {
      onGone();
      resolve(new Response(null, { status: hungUp }));
    };
    if (signal.aborted) gone();
    signal.addEventListener("abort", gone, { once: true });
    answer.then(resolve, reject);
  });
}
