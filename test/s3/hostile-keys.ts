import fc from "fast-check";

/** Keys that have broken S3 clients: each character that some encoder, decoder or URL treats as something special. */
export const hostileKeys: readonly string[] = [
  "invoices//0a1b/job_metadata.json",
  "/begins/with/a/slash",
  "ends/with/a/slash/",
  "///",
  "a b  c",
  " leading and trailing ",
  "plus+plus++/+",
  "percent%/%25/%2F/%2e%2e/%zz/100%",
  "%2e%2e/%2E/x",
  "question?mark=1&x=2#fragment",
  "quotes'\"`(1)*!~",
  "back\\slash\\..\\x",
  "unicode/Überweisung/請求書/🧾/e\u0301",
  "tab\there/new\nline/\u007f/\u0001",
  "semi;colon:at@comma,equals=dollar$amp&",
  "brackets[0]{1}<2>|^",
  "...",
  "..a/a../.a/a.",
  "no-break\u00a0blank/\u200bzero",
];

/** Pieces that hostile keys are made of, in every order. */
export const hostileKey: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        " ",
        "+",
        "%",
        "%2F",
        "%2e",
        ".",
        "..",
        "?",
        "#",
        "&",
        "=",
        "\\",
        "'",
        "*",
        "~",
      ),
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""))
  .filter((key) => key !== "" && !key.split("/").some((part) => part === "." || part === ".."));
