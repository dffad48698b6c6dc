/** A secret, in the middle of what looks like one: so long, and with such characters, as AWS makes them. */
export function plantedToken(mark: string): string {
  return `IQoJb3JpZ2luX2VjEHIaCXVzLWVhc3QtMSJ/${mark}${"+/0aZ".repeat(30)}==`;
}

/**
 * Where `secret` stands in `text`, in whatever form: as it is, in any case, backwards, in hexadecimal or Base64.
 * Gives the surroundings of each find, to be read in a failed test.
 */
export function findSecret(text: string, secret: string): string[] {
  return forms(secret).flatMap((form) => {
    const at = text.toLowerCase().indexOf(form.toLowerCase());
    return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + form.length + 40)];
  });
}

function forms(secret: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.from("x".repeat(shift) + secret).toString("base64");
    // The first and last characters depend on what stands beside it.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  const backwards = [...secret].reverse().join("");
  return [secret, backwards, Buffer.from(secret).toString("hex"), ...encoded];
}
