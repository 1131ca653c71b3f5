// Looks up an ID number over version 3 with Go's standard library, and prints the status.
//
//	pip install smileid-mock
//	smileid-mock exec -- go run v3.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = http.Client{Timeout: 30 * time.Second}

// send sends a request, and decodes the response.
func send(method, path string, headers map[string]string, body io.Reader, response any) error {
	request, err := http.NewRequest(method, os.Getenv("SMILE_ID_ENVIRONMENT")+"/v3"+path, body)
	if err != nil {
		return err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	reply, err := client.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	// A job may be known a moment later.
	isUnknownJob := reply.StatusCode == http.StatusNotFound && strings.HasPrefix(path, "/status/")
	if reply.StatusCode >= 300 && !isUnknownJob {
		return fmt.Errorf("%s: %s", reply.Status, content)
	}
	return json.Unmarshal(content, response)
}

// form returns a multipart form and its content type.
func form(parts map[string]string) (io.Reader, string, error) {
	var body bytes.Buffer
	writer := multipart.NewWriter(&body)
	for name, value := range parts {
		if err := writer.WriteField(name, value); err != nil {
			return nil, "", err
		}
	}
	err := writer.Close()
	return &body, writer.FormDataContentType(), err
}

func run() error {
	// The token is valid for 15 minutes.
	var token struct{ Token string }
	err := send("POST", "/token", map[string]string{
		"SmileID-Partner-ID": strings.TrimLeft(os.Getenv("SMILE_ID_PARTNER_ID"), "0"),
		"SmileID-API-Key":    os.Getenv("SMILE_ID_API_KEY"),
	}, nil, &token)
	if err != nil {
		return err
	}

	body, contentType, err := form(map[string]string{
		"country":   "NG",
		"id_type":   "BVN",
		"id_number": "00000000000",
		"user_details": `{"given_names": "Amina Fatou", "last_name": "Clearwater",
			"email": "amina.clearwater@example.com"}`,
		"consent": fmt.Sprintf(`{"granted": true, "granted_at": %q, "notice_language": "EN",
			"notice_privacy_policy_url": "https://partner.example/privacy"}`, time.Now().UTC().Format(time.RFC3339)),
		"callback_url": "https://partner.example/callback",
	})
	if err != nil {
		return err
	}
	// A request that arrives is a job, and is billed: do not repeat it.
	var job struct {
		JobID string `json:"job_id"`
	}
	headers := map[string]string{"SmileID-Token": token.Token, "Content-Type": contentType}
	if err := send("POST", "/enhanced_kyc", headers, body, &job); err != nil {
		return err
	}

	// The status is not signed: TLS proves who sent it.
	var answer struct{ Status string }
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(2 * time.Second) {
		headers := map[string]string{"SmileID-Token": token.Token}
		if err := send("GET", "/status/"+job.JobID, headers, nil, &answer); err != nil {
			return err
		}
		if answer.Status != "processing" && answer.Status != "not_found" {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no result yet: ask again for %s", job.JobID)
		}
	}

	// `attention` and `block` are not approvals, and neither is a status that is not known.
	if answer.Status == "clear" {
		fmt.Println("approved")
	} else {
		fmt.Println("not approved:", answer.Status)
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
