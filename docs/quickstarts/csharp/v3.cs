// Looks up an ID number over version 3 with .NET alone (10 or newer), and prints the status.
//
//   pip install smileid-mock
//   smileid-mock exec -- dotnet run v3.cs
//
// Not run by this repository's checks, because .NET is not in the registries that they use.

#:property PublishAot=false

using System.Net;
using System.Text.Json.Nodes;

string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new Exception($"{name} is not set");
var server = Variable("SMILE_ID_ENVIRONMENT") + "/v3";
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

async Task<JsonNode> Send(HttpMethod method, string path, (string, string)[] headers, HttpContent? body = null)
{
    using var request = new HttpRequestMessage(method, server + path) { Content = body };
    foreach (var (name, value) in headers) request.Headers.Add(name, value);
    var response = await client.SendAsync(request);
    var text = await response.Content.ReadAsStringAsync();
    // A job may be known a moment later.
    var isUnknownJob = response.StatusCode == HttpStatusCode.NotFound && path.StartsWith("/status/");
    if (!response.IsSuccessStatusCode && !isUnknownJob) throw new Exception($"{(int)response.StatusCode}: {text}");
    return JsonNode.Parse(text)!;
}

// The token is valid for 15 minutes.
var answer = await Send(HttpMethod.Post, "/token",
[
    ("SmileID-Partner-ID", Variable("SMILE_ID_PARTNER_ID").TrimStart('0')),
    ("SmileID-API-Key", Variable("SMILE_ID_API_KEY")),
]);
(string, string)[] headers = [("SmileID-Token", (string)answer["token"]!)];

var person = new JsonObject
{
    ["given_names"] = "Amina Fatou",
    ["last_name"] = "Clearwater",
    ["email"] = "amina.clearwater@example.com",
};
var consent = new JsonObject
{
    ["granted"] = true,
    ["granted_at"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
    ["notice_language"] = "EN",
    ["notice_privacy_policy_url"] = "https://partner.example/privacy",
};
var form = new MultipartFormDataContent
{
    { new StringContent("NG"), "country" },
    { new StringContent("BVN"), "id_type" },
    { new StringContent("00000000000"), "id_number" },
    { new StringContent(person.ToJsonString()), "user_details" },
    { new StringContent(consent.ToJsonString()), "consent" },
    { new StringContent("https://partner.example/callback"), "callback_url" },
};

// A request that arrives is a job, and is billed: do not repeat it.
var jobId = (string)(await Send(HttpMethod.Post, "/enhanced_kyc", headers, form))["job_id"]!;

// The status is not signed: TLS proves who sent it.
var deadline = DateTime.UtcNow.AddMinutes(2);
string status;
while (true)
{
    status = (string)(await Send(HttpMethod.Get, $"/status/{jobId}", headers))["status"]!;
    if (status is not ("processing" or "not_found")) break;
    if (DateTime.UtcNow > deadline) throw new Exception($"no result yet: ask again for {jobId}");
    await Task.Delay(TimeSpan.FromSeconds(2));
}

// `attention` and `block` are not approvals, and neither is a status that is not known.
Console.WriteLine(status == "clear" ? "approved" : $"not approved: {status}");
