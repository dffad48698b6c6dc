/** A config and a credentials file with a profile for each way of naming endpoints. */
export const configFile = `[default]
region = eu-west-1

[profile all]
region = eu-central-1
max_attempts = 7
use_dualstack_endpoint = true
use_fips_endpoint = false
ignore_configured_endpoint_urls = true
endpoint_url = https://all.example

[profile general]
region = us-east-1
endpoint_url = https://general.example

[profile by-service]
region = us-east-1
endpoint_url = https://general.example
services = local

[profile other-service]
region = us-east-1
endpoint_url = https://general.example
services = others

[profile in-both]
region = us-east-1
endpoint_url = https://config.example

[profile no-section]
services = missing
[profile bad-flag]
use_fips_endpoint = maybe
[profile bad-attempts]
max_attempts = many

[services local]
bedrock_data_automation_runtime =
  endpoint_url = https://runtime.example
s3 =
  endpoint_url = https://s3.example
  unknown = 1
sts =
  endpoint_url = https://sts.example

[services others]
dynamodb =
  endpoint_url = https://dynamodb.example
`;
export const credentialsFile = `[in-both]
endpoint_url = https://credentials.example
region = ca-central-1
max_attempts = 4

[only-here]
region = ap-south-1
`;
