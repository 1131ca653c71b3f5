// The recipe of docs/guides/testing-with-go.md: `smileid-mock exec -- go test smileid_test.go`.
package smileid

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"
)

type object = map[string]any

type partner struct {
	ID     string `json:"partner_id"`
	APIKey string `json:"api_key"`
}

// newPartner returns a partner for this test only, with its own jobs, users and callbacks.
func newPartner(t *testing.T) partner {
	t.Helper()
	var made partner
	post(t, os.Getenv("SMILEID_MOCK_ADMIN")+"/partners", object{}, &made)
	return made
}

func TestAnIDNumber(t *testing.T) {
	t.Parallel()
	for number, code := range map[string]string{"00000000000": "1012", "00000000001": "1013", "00000000003": "1015"} {
		number, code := number, code
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			status, result := lookUp(t, newPartner(t), number)
			if status != http.StatusOK || result.ResultCode != code {
				t.Errorf("got %d %s, expected 200 %s", status, result.ResultCode, code)
			}
		})
	}
}

func TestAWrongKey(t *testing.T) {
	t.Parallel()
	made := newPartner(t)
	made.APIKey = "another key"
	if status, result := lookUp(t, made, "00000000000"); status != http.StatusBadRequest || result.Code != "2205" {
		t.Errorf("got %d %s, expected 400 2205", status, result.Code)
	}
}

func TestAnAuthorityThatIsDown(t *testing.T) {
	t.Parallel()
	made := newPartner(t)
	post(t, os.Getenv("SMILEID_MOCK_ADMIN")+"/faults", object{
		"when":  object{"partner_id": made.ID, "endpoint": "id_verification"},
		"then":  object{"reply": object{"status": 503, "body": object{"json": object{}}}},
		"times": 1,
	}, &object{})
	first, _ := lookUp(t, made, "00000000000")
	second, _ := lookUp(t, made, "00000000000")
	if first != http.StatusServiceUnavailable || second != http.StatusOK {
		t.Errorf("got %d and %d, expected 503 and 200", first, second)
	}
}

type response struct{ ResultCode, Code string }

// lookUp is an Enhanced KYC: replace it by the code that you test.
func lookUp(t *testing.T, by partner, number string) (int, response) {
	t.Helper()
	timestamp := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	mac := hmac.New(sha256.New, []byte(by.APIKey))
	mac.Write([]byte(timestamp + by.ID + "sid_request"))
	var result response
	status := post(t, os.Getenv("SMILE_ID_ENVIRONMENT")+"/v1/id_verification", object{
		"source_sdk":         "rest_api",
		"source_sdk_version": "1.0.0",
		"partner_id":         by.ID,
		"timestamp":          timestamp,
		"signature":          base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		"partner_params":     object{"user_id": "user-1", "job_id": "job-1", "job_type": 5},
		"country":            "NG",
		"id_type":            "BVN",
		"id_number":          number,
	}, &result)
	return status, result
}

// post returns the status of the response, and decodes its body.
func post(t *testing.T, url string, members object, into any) int {
	t.Helper()
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: 10 * time.Second}
	reply, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if err := json.NewDecoder(reply.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode
}
