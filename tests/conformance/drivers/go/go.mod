module thebes.test/conformance/go

go 1.20

require github.com/memphisdev/memphis.go v1.3.2
