// Registers a selfie over version 1 with Go's standard library, and prints the decision.
//
//	pip install smileid-mock
//	smileid-mock exec -- go run v1.go selfie.jpg
package main

import (
	"archive/zip"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

var (
	server    = os.Getenv("SMILE_ID_ENVIRONMENT") + "/v1"
	partnerID = os.Getenv("SMILE_ID_PARTNER_ID")
	apiKey    = os.Getenv("SMILE_ID_API_KEY")
	client    = http.Client{Timeout: 60 * time.Second}
	approved  = map[string]bool{"0840": true, "1240": true} // result codes of job type 4
)

type object = map[string]any

func signature(timestamp string) string {
	mac := hmac.New(sha256.New, []byte(apiKey))
	io.WriteString(mac, timestamp+partnerID+"sid_request")
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// send sends a request, and decodes the response if there is a place for it.
func send(method, url, contentType string, body []byte, response any) error {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	reply, err := client.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	if reply.StatusCode >= 300 {
		return fmt.Errorf("%s: %s", reply.Status, content)
	}
	if response == nil {
		return nil
	}
	return json.Unmarshal(content, response)
}

// post sends a signed request.
func post(path string, members object, response any) error {
	timestamp := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	members["partner_id"], members["timestamp"], members["signature"] = partnerID, timestamp, signature(timestamp)
	body, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return send("POST", server+path, "application/json", body, response)
}

// archive packs the selfie and the file that describes it.
func archive(selfie []byte) ([]byte, error) {
	info, err := json.Marshal(object{
		"package_information": object{
			"apiVersion": object{"buildNumber": 0, "majorVersion": 2, "minorVersion": 0},
			"language":   "go",
		},
		"id_info": object{},
		"images":  []object{{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}},
	})
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	packed := zip.NewWriter(&content)
	for _, file := range []struct {
		name    string
		content []byte
	}{{"info.json", info}, {"selfie.jpg", selfie}} {
		writer, err := packed.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := writer.Write(file.content); err != nil {
			return nil, err
		}
	}
	err = packed.Close()
	return content.Bytes(), err
}

type status struct {
	JobComplete bool `json:"job_complete"`
	Timestamp   string
	Signature   string
	// A text while there is no result.
	Result json.RawMessage
}

// verify returns an error unless the status was signed with the API key, in the last hour.
func (s status) verify() error {
	if !hmac.Equal([]byte(signature(s.Timestamp)), []byte(s.Signature)) {
		return errors.New("the signature is wrong")
	}
	signed, err := time.Parse(time.RFC3339, s.Timestamp)
	if err != nil {
		return err
	}
	if age := time.Since(signed); age > time.Hour || age < -time.Hour {
		return errors.New("the message is old")
	}
	return nil
}

func run() error {
	selfie, err := os.ReadFile(os.Args[1]) // before the job is announced
	if err != nil {
		return err
	}
	body, err := archive(selfie)
	if err != nil {
		return err
	}
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	userID, jobID := "user-"+hex.EncodeToString(random), "job-"+hex.EncodeToString(random)

	var job struct {
		UploadURL string `json:"upload_url"`
	}
	err = post("/upload", object{
		"source_sdk":         "rest_api",
		"source_sdk_version": "1.0.0",
		"smile_client_id":    partnerID,
		"file_name":          "selfie.zip",
		"model_parameters":   object{},
		"callback_url":       "",
		"partner_params":     object{"user_id": userID, "job_id": jobID, "job_type": 4},
	}, &job)
	if err != nil {
		return err
	}
	if err := send("PUT", job.UploadURL, "application/zip", body, nil); err != nil {
		return err
	}

	var answer status
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(2 * time.Second) {
		members := object{"user_id": userID, "job_id": jobID, "image_links": false, "history": false}
		if err := post("/job_status", members, &answer); err != nil {
			return err
		}
		if err := answer.verify(); err != nil {
			return err
		}
		if answer.JobComplete {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no result yet: ask again for %s of %s", jobID, userID)
		}
	}

	var result struct{ ResultCode, ResultText string }
	if err := json.Unmarshal(answer.Result, &result); err != nil {
		return err
	}
	decision := "not approved"
	if approved[result.ResultCode] {
		decision = "approved"
	}
	fmt.Printf("%s: %s %s\n", decision, result.ResultCode, result.ResultText)
	return nil
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
