/** `npm run check-config -- --env NAME`: what is wrong with a deployment, before anything is put. */
import { runCommand } from "../command.ts";
import { StageFailure } from "../tool.ts";
import { checkDeployment } from "./check-deployment.ts";
import { readSecrets } from "./secrets-file.ts";

const HELP = `Usage: npm run check-config -- --env NAME [--secrets FILE]

Reads the environment NAME of wrangler.toml as wrangler deploys it, and lets the gateway itself judge its settings. Names
every one that is wrong; the exit code is 1 when there is one. Nothing is sent, and no secret is shown.

  --env NAME      staging, alipayplus-sandbox or production
  --secrets FILE  the secrets to be put, as JSON {"<name>": "<value>"} or lines <name>=<value>; without it the variables
                  alone are judged, and the secrets that must be put are listed`;

const OPTIONS = { env: { type: "string" }, secrets: { type: "string" } } as const;

function print(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

await runCommand({ help: HELP, options: OPTIONS }, async ({ env, secrets }) => {
  if (env === undefined || env === "") throw new StageFailure(HELP);
  const { name, wrong, toPut, notes, deployment } = await checkDeployment(
    env,
    secrets === undefined ? undefined : readSecrets(secrets),
  );
  console.log(`Environment ${env}: ${name}`);
  if (deployment) {
    console.log(`Client-Id ${deployment.clientId}, core ${deployment.core}, ${deployment.shardCount} shards`);
  }
  print("Wrong:", wrong);
  print("To be put with wrangler secret put:", toPut);
  print("To know:", notes);
  if (wrong.length > 0) throw new StageFailure(`${wrong.length} wrong: this must not be deployed.`);
  console.log(
    toPut.length > 0 ? "The variables are right; --secrets FILE checks the secrets, too." : "All settings are right.",
  );
});
