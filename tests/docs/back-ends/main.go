package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

var sessions sync.Map

func signedIn(r *http.Request) string {
	merchant, _ := sessions.Load(r.Header.Get("cookie"))
	text, _ := merchant.(string)
	return text
}

// The test reads these files.
func pathOf(id int64) string {
	return filepath.Join(os.Getenv("INSTANCES"), strconv.FormatInt(id, 10))
}

func saveInstance(subject string, id int64, token string) error {
	text, _ := json.Marshal([]string{subject, token})
	return os.WriteFile(pathOf(id), text, 0o600)
}

func deleteInstance(_ string, id int64) error {
	return os.RemoveAll(pathOf(id))
}

func signIn(w http.ResponseWriter, r *http.Request) {
	random := make([]byte, 16)
	rand.Read(random)
	cookie := "session=" + hex.EncodeToString(random)
	merchant := r.URL.Query().Get("merchant")
	sessions.Store(cookie, merchant)
	w.Header().Set("set-cookie", cookie)
	io.WriteString(w, merchant)
}

func main() {
	http.HandleFunc("/sign-in", signIn)
	http.HandleFunc("/internal/session", whoIsAsking)
	http.HandleFunc("/internal/instances", takeDelivery)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
