// Registers a selfie over version 1 with .NET alone (10 or newer), and prints the decision.
//
//   pip install smileid-mock
//   smileid-mock exec -- dotnet run v1.cs selfie.jpg
//
// Not run by this repository's checks, because .NET is not in the registries that they use.

#:property PublishAot=false

using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new Exception($"{name} is not set");
var server = Variable("SMILE_ID_ENVIRONMENT") + "/v1";
var partnerId = Variable("SMILE_ID_PARTNER_ID");
var apiKey = Variable("SMILE_ID_API_KEY");
string[] approved = ["0840", "1240"]; // result codes of job type 4
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };

byte[] Signature(string timestamp) =>
    HMACSHA256.HashData(Encoding.UTF8.GetBytes(apiKey), Encoding.UTF8.GetBytes($"{timestamp}{partnerId}sid_request"));

// Sends a signed request, and returns the response.
async Task<JsonNode> Post(string path, JsonObject members)
{
    var timestamp = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
    members["partner_id"] = partnerId;
    members["timestamp"] = timestamp;
    members["signature"] = Convert.ToBase64String(Signature(timestamp));
    var response = await client.PostAsJsonAsync(server + path, members);
    var text = await response.Content.ReadAsStringAsync();
    if (!response.IsSuccessStatusCode) throw new Exception($"{(int)response.StatusCode}: {text}");
    return JsonNode.Parse(text)!;
}

// Throws unless the message was signed with the API key, in the last hour.
void Verify(JsonNode message)
{
    var timestamp = (string)message["timestamp"]!;
    var signature = Convert.FromBase64String((string)message["signature"]!);
    if (!CryptographicOperations.FixedTimeEquals(signature, Signature(timestamp)))
        throw new Exception("the signature is wrong");
    if ((DateTimeOffset.UtcNow - DateTimeOffset.Parse(timestamp)).Duration() > TimeSpan.FromHours(1))
        throw new Exception("the message is old");
}

// A ZIP archive with the selfie and the file that describes it.
byte[] Archive(byte[] selfie)
{
    const string info = """
        {
          "package_information": {"apiVersion": {"buildNumber": 0, "majorVersion": 2, "minorVersion": 0}, "language": "csharp"},
          "id_info": {},
          "images": [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}]
        }
        """;
    using var content = new MemoryStream();
    using (var packed = new ZipArchive(content, ZipArchiveMode.Create))
    {
        foreach (var (name, bytes) in new[] { ("info.json", Encoding.UTF8.GetBytes(info)), ("selfie.jpg", selfie) })
        {
            using var entry = packed.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }
    }
    return content.ToArray();
}

var (userId, jobId) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
var archive = Archive(File.ReadAllBytes(args[0])); // before the job is announced

var job = await Post("/upload", new JsonObject
{
    ["source_sdk"] = "rest_api",
    ["source_sdk_version"] = "1.0.0",
    ["smile_client_id"] = partnerId,
    ["file_name"] = "selfie.zip",
    ["model_parameters"] = new JsonObject(),
    ["callback_url"] = "",
    ["partner_params"] = new JsonObject { ["user_id"] = userId, ["job_id"] = jobId, ["job_type"] = 4 },
});
var body = new ByteArrayContent(archive);
body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
(await client.PutAsync((string)job["upload_url"]!, body)).EnsureSuccessStatusCode();

var deadline = DateTime.UtcNow.AddMinutes(2);
JsonNode status;
while (true)
{
    status = await Post("/job_status", new JsonObject
    {
        ["user_id"] = userId, ["job_id"] = jobId, ["image_links"] = false, ["history"] = false,
    });
    Verify(status);
    if ((bool)status["job_complete"]!) break;
    if (DateTime.UtcNow > deadline) throw new Exception($"no result yet: ask again for {jobId} of {userId}");
    await Task.Delay(TimeSpan.FromSeconds(2));
}

var (code, text) = ((string)status["result"]!["ResultCode"]!, (string)status["result"]!["ResultText"]!);
Console.WriteLine($"{(approved.Contains(code) ? "approved" : "not approved")}: {code} {text}");
