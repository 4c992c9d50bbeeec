// Microsoft's client of Graph as its documentation sets it up; of ours are the addresses alone.
import { ClientSecretCredential } from "@azure/identity";
import { Client } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const url = process.env.HUNTLINE_TLS_URL;
const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env;
const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, {
  authorityHost: url,
  disableInstanceDiscovery: true,
});
const client = Client.initWithMiddleware({
  authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [`${url}/.default`] }),
  baseUrl: url,
  customHosts: new Set([new URL(url).hostname, new URL(url).host]),
});

const alerts = await client.api("/security/alerts_v2").filter("severity eq 'high'").orderby("createdDateTime asc").top(5).get();
const one = await client.api(`/security/alerts_v2/${alerts.value[0].id}`).get();
const incidents = await client.api("/security/incidents").expand("alerts").get();
const hunt = await client.api("/security/runHuntingQuery").post({ Query: process.argv[2] });
const refusal = await client.api("/security/runHuntingQuery").post({ Query: "Nothing" }).catch((error) => error);
const comments = await client.api(`/security/alerts_v2/${one.id}/comments`).post({ comment: "seen by JavaScript" });
console.log(
  JSON.stringify({
    alerts: alerts.value,
    one,
    incidents: incidents.value,
    hunt,
    comments: comments.value,
    refusal: { code: refusal.code, status: refusal.statusCode },
  }),
);
