package anet_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A task speaks TLS over a connection that it has accepted, with crypto/tls in the blocking pool.
func TestTLS(t *testing.T) {
	r := newRuntime(t)
	cert := selfSigned(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	serving := rt.SpawnOn(r, serveTLSAsync(l, &tls.Config{Certificates: []tls.Certificate{cert}}))

	roots := x509.NewCertPool()
	roots.AddCert(cert.Leaf)
	client := must(tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "localhost"}))(t)
	defer client.Close()
	if _, err := client.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	client.CloseWrite()
	if got, err := io.ReadAll(client); string(got) != "hello" || err != nil {
		t.Errorf("%q came back, %v", got, err)
	}
	if n, err := serving.Await(); n != 5 || err != nil {
		t.Errorf("the server has echoed %d bytes, %v", n, err)
	}
}

// serveTLS echoes over one connection.
//
//async:func
func serveTLS(l *anet.Listener, config *tls.Config) (int64, error) {
	conn, err := l.Accept().Await()
	if err != nil {
		return 0, err
	}
	standard, err := conn.Net()
	if err != nil {
		return 0, err
	}
	return rt.Blocking(func() (int64, error) {
		secure := tls.Server(standard, config)
		defer secure.Close()
		return io.Copy(secure, secure)
	}).Await()
}

// selfSigned returns a certificate for localhost.
func selfSigned(t *testing.T) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))(t)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: must(x509.ParseCertificate(der))(t)}
}
