// Looks up an ID number over version 3 with the official Go package, and prints the status.
//
//	pip install smileid-mock
//	go mod init quickstart && go get github.com/smileidentity/smileid-sdk-go/v12
//	smileid-mock exec -- go run v3_sdk.go
//
// Not run by this repository's checks, because Go modules are not in the registries that they use.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/smileidentity/smileid-sdk-go/v12"
)

func run(ctx context.Context) error {
	client, err := usesmileid.NewClient(usesmileid.Config{
		PartnerID: strings.TrimLeft(os.Getenv("SMILE_ID_PARTNER_ID"), "0"),
		APIKey:    os.Getenv("SMILE_ID_API_KEY"),
		BaseURL:   os.Getenv("SMILE_ID_ENVIRONMENT"),
	})
	if err != nil {
		return err
	}
	job, err := client.EnhancedKYC.Verify(ctx, usesmileid.EnhancedKYCParams{
		Country:  "NG",
		IDType:   "BVN",
		IDNumber: "00000000000",
		UserDetails: usesmileid.UserDetails{
			GivenNames: "Amina Fatou",
			LastName:   "Clearwater",
			Email:      usesmileid.String("amina.clearwater@example.com"),
		},
		Consent: usesmileid.GrantConsent(time.Now(), "EN", "https://partner.example/privacy"),
	}, usesmileid.WithCallbackURL("https://partner.example/callback"))
	if err != nil {
		return err
	}
	status, err := client.Verifications.WaitUntilComplete(ctx, job.JobID, usesmileid.WaitOptions{})
	if err != nil {
		return err
	}
	fmt.Println(status.Status)
	return nil
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
