module thebes.test/conformance/nats-go

go 1.20

require github.com/nats-io/nats.go v1.31.0
