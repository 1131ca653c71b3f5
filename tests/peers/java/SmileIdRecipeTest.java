import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipe of docs/guides/testing-with-junit.md: {@code smileid-mock exec -- mvn test}. */
class SmileIdRecipeTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private String partnerId;
    private String apiKey;

    /** A partner for this test only, with its own jobs, users and callbacks. */
    @BeforeEach
    void partner() throws Exception {
        String made = post(System.getenv("SMILEID_MOCK_ADMIN") + "/partners", "{}").body();
        partnerId = member(made, "partner_id");
        apiKey = member(made, "api_key");
    }

    @ParameterizedTest
    @CsvSource({"00000000000, 1012", "00000000001, 1013", "00000000003, 1015"})
    void anIdNumber(String number, String code) throws Exception {
        HttpResponse<String> answer = lookUp(number, apiKey);
        assertEquals(200, answer.statusCode());
        assertEquals(code, member(answer.body(), "ResultCode"));
    }

    @Test
    void aWrongKey() throws Exception {
        HttpResponse<String> answer = lookUp("00000000000", "another key");
        assertEquals(400, answer.statusCode());
        assertEquals("2205", member(answer.body(), "code"));
    }

    /** An Enhanced KYC, over HTTPS: the client trusts the mock through the truststore of {@code exec}. */
    private HttpResponse<String> lookUp(String number, String key) throws Exception {
        String timestamp = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] message = (timestamp + partnerId + "sid_request").getBytes(StandardCharsets.UTF_8);
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(message));
        String body = """
            {"source_sdk": "rest_api", "source_sdk_version": "1.0.0", "country": "NG", "id_type": "BVN",
             "partner_id": "%s", "timestamp": "%s", "signature": "%s", "id_number": "%s",
             "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 5}}
            """.formatted(partnerId, timestamp, signature, number);
        return post(System.getenv("SMILE_ID_ENVIRONMENT") + "/v1/id_verification", body);
    }

    private static HttpResponse<String> post(String url, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A text of a JSON object; a project would use its JSON library. */
    private static String member(String json, String name) {
        var matcher = Pattern.compile('"' + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }
}
