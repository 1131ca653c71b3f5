// Receives callbacks of versions 1 and 3 at /callback, and checks their signatures, with Go's standard library.
//
//	smileid-mock exec -- go run callback.go 8090
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

const longest = 4 << 20 // bytes; results of version 1 have photos

// isGenuine reports whether the API signed the timestamp, in the last five minutes.
func isGenuine(timestamp, signature string) bool {
	mac := hmac.New(sha256.New, []byte(os.Getenv("SMILE_ID_API_KEY")))
	io.WriteString(mac, timestamp+os.Getenv("SMILE_ID_PARTNER_ID")+"sid_request")
	if !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(signature)) {
		return false
	}
	signed, err := time.Parse(time.RFC3339, timestamp)
	age := time.Since(signed)
	return err == nil && age < 5*time.Minute && age > -5*time.Minute
}

// receive returns the status of the response.
func receive(request *http.Request) int {
	var message struct {
		Timestamp, Signature, Status, ResultCode string
		PartnerParams                            struct {
			JobID string `json:"job_id"`
		}
	}
	body := http.MaxBytesReader(nil, request.Body, longest)
	if request.Method != http.MethodPost || json.NewDecoder(body).Decode(&message) != nil {
		return http.StatusBadRequest
	}
	timestamp, signature := message.Timestamp, message.Signature
	claim := fmt.Sprintf("job %s has %s", message.PartnerParams.JobID, message.ResultCode)
	if header := request.Header; header.Get("Response-Signature") != "" { // version 3
		timestamp, signature = header.Get("Response-Timestamp"), header.Get("Response-Signature")
		claim = fmt.Sprintf("job %s is %s", header.Get("Job-ID"), message.Status)
	}
	if !isGenuine(timestamp, signature) {
		return http.StatusUnauthorized
	}
	// The signature does not cover the content. Store the claim, and ask for the status of the job: it decides.
	fmt.Println(claim)
	return http.StatusOK
}

func main() {
	http.HandleFunc("/callback", func(writer http.ResponseWriter, request *http.Request) {
		writer.WriteHeader(receive(request))
	})
	server := http.Server{Addr: "127.0.0.1:" + os.Args[1], ReadTimeout: 30 * time.Second}
	log.Fatal(server.ListenAndServe())
}
