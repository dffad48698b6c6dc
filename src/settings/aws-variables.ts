export const ignoringVariable = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
export const endpointKindVariables = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];

/** Variables of AWS's own that are honoured, beside those that a setting has. For the usage text and the README. */
export const awsVariables: readonly { readonly names: readonly string[]; readonly description: string }[] = [
  {
    names: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    description: "Credentials. All other sources in AWS's chain work too.",
  },
  {
    names: ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
    description: "Where the profiles are, if not in ~/.aws.",
  },
  {
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    description: "Region for doctor and iam-policy without an ARN. A job's region is always its ARN's.",
  },
  {
    names: [
      "AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME",
      "AWS_ENDPOINT_URL_S3",
      "AWS_ENDPOINT_URL_STS",
      "AWS_ENDPOINT_URL",
    ],
    description:
      "Endpoint to call instead of AWS's; http on loopback only. Also endpoint_url in the profile.",
  },
  {
    names: [ignoringVariable],
    description: "true: ignore these endpoints.",
  },
  {
    names: endpointKindVariables,
    description: "true: call AWS's FIPS or dual-stack endpoints.",
  },
];
