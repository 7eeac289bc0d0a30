// The sample of the page, called. See test_samples.py for what comes in.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"samples/callbacks"
)

func try(kind string, seconds int64, fields []string) (answer string) {
	defer func() {
		if recover() != nil {
			answer = "error"
		}
	}()
	header, query := http.Header{}, url.Values{}
	for i := 2; i < len(fields); i += 2 {
		header.Set(fields[i], fields[i+1])
		query.Set(fields[i], fields[i+1])
	}
	secret, body, now := fields[0], []byte(fields[1]), time.Unix(seconds, 0)
	switch kind {
	case "webhook":
		return strconv.FormatBool(callbacks.VerifyWebhook(header, body, secret, now))
	case "firma":
		return strconv.FormatBool(callbacks.VerifyFirma(body, secret))
	}
	return strconv.FormatBool(callbacks.VerifyReturn(query, secret, now))
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		for i := 2; i < len(fields); i++ {
			plain, _ := base64.StdEncoding.DecodeString(fields[i])
			fields[i] = string(plain)
		}
		now, _ := strconv.ParseInt(fields[1], 10, 64)
		fmt.Println(try(fields[0], now, fields[2:]))
	}
}
