// The Go SDK as a program: reads one JSON call per line, answers one JSON line each. The calls are
// those of harness/sdk-client.ts; the drivers of the other languages know the same ones.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	memphis "github.com/memphisdev/memphis.go"
)

type call struct {
	ID     int    `json:"id"`
	Do     string `json:"do"`
	Client string `json:"client"`

	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`
	Password string `json:"password"`
	Token    string `json:"token"`
	TLS      *struct {
		Key  string `json:"key"`
		Cert string `json:"cert"`
		CA   string `json:"ca"`
	} `json:"tls"`

	Name     string `json:"name"`
	Station  string `json:"station"`
	Producer string `json:"producer"`
	Consumer string `json:"consumer"`

	RetentionType       string `json:"retentionType"`
	RetentionValue      *int   `json:"retentionValue"`
	StorageType         string `json:"storageType"`
	IdempotencyWindowMs *int   `json:"idempotencyWindowMs"`
	Schema              string `json:"schema"`
	Partitions          *int   `json:"partitions"`
	DeadLetters         *bool  `json:"deadLetters"`
	SchemaDeadLetters   *bool  `json:"schemaDeadLetters"`
	DeadLetterStation   string `json:"deadLetterStation"`

	Text      string            `json:"text"`
	Headers   map[string]string `json:"headers"`
	MessageID string            `json:"messageId"`
	Partition *int              `json:"partition"`
	Key       string            `json:"key"`
	Count     int               `json:"count"`

	Group            string  `json:"group"`
	AckTimeoutMs     *int    `json:"ackTimeoutMs"`
	DeliveryCountMax *int    `json:"deliveryCountMax"`
	StartSequence    *uint64 `json:"startSequence"`
	LastMessages     *int64  `json:"lastMessages"`
	FetchTimeoutMs   *int    `json:"fetchTimeoutMs"`
	Batch            int     `json:"batch"`

	Handle  int    `json:"handle"`
	Handles []int  `json:"handles"`
	DelayMs int    `json:"delayMs"`
	Reason  string `json:"reason"`
	Type    string `json:"type"`
	Path    string `json:"path"`
}

type answer struct {
	ID    int    `json:"id"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

type received struct {
	Handle   int               `json:"handle"`
	Text     string            `json:"text"`
	Headers  map[string]string `json:"headers"`
	Sequence uint64            `json:"sequence,omitempty"`
	SentAtMs int64             `json:"sentAtMs,omitempty"`
}

type connection struct {
	conn      *memphis.Conn
	stations  map[string]*memphis.Station
	producers map[string]*memphis.Producer
	consumers map[string]*memphis.Consumer
}

// driver holds everything that calls name. Calls run side by side.
type driver struct {
	mutex       sync.Mutex
	connections map[string]*connection
	messages    []*memphis.Msg
}

func main() {
	d := &driver{connections: map[string]*connection{}}
	var output sync.Mutex
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 0, 64*1024), 16*1024*1024)
	for input.Scan() {
		var c call
		if err := json.Unmarshal(input.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		go func() {
			reply := answer{ID: c.ID}
			value, err := d.run(c)
			if err != nil {
				reply.Error = err.Error()
			} else {
				reply.Value = value
			}
			line, _ := json.Marshal(reply)
			output.Lock()
			defer output.Unlock()
			// The SDK prints the error of a broken connection without ending its line.
			fmt.Printf("\n%s\n", line)
		}()
	}
}

func (d *driver) run(c call) (value any, err error) {
	// A nil dereference of the SDK (wire-protocol.md 7.4) is an answer like any other.
	defer func() {
		if raised := recover(); raised != nil {
			err = fmt.Errorf("panic: %v", raised)
		}
	}()
	switch c.Do {
	case "connect":
		return nil, d.connect(c)
	case "ack", "nack", "delay", "deadLetter":
		return nil, d.settle(c)
	case "ackAll":
		return nil, d.ackAll(c.Handles)
	}
	d.mutex.Lock()
	held := d.connections[c.Client]
	d.mutex.Unlock()
	if held == nil {
		return nil, fmt.Errorf("no connection %s", c.Client)
	}
	switch c.Do {
	case "close":
		held.conn.Close()
		return nil, nil
	case "isConnected":
		return held.conn.IsConnected(), nil
	case "station":
		made, err := held.conn.CreateStation(c.Name, stationOptions(c)...)
		if err == nil {
			d.keep(func() { held.stations[c.Name] = made })
		}
		return nil, err
	case "destroyStation":
		return nil, find(d, held.stations, c.Name).Destroy()
	case "producer":
		made, err := held.conn.CreateProducer(c.Station, c.Producer)
		if err == nil {
			d.keep(func() { held.producers[c.Station+"/"+c.Producer] = made })
		}
		return nil, err
	case "produce":
		return nil, produce(find(d, held.producers, c.Station+"/"+c.Producer), c)
	case "produceMany":
		return nil, produceMany(find(d, held.producers, c.Station+"/"+c.Producer), c)
	case "destroyProducer":
		return nil, find(d, held.producers, c.Station+"/"+c.Producer).Destroy()
	case "consumer":
		made, err := held.conn.CreateConsumer(c.Station, c.Consumer, consumerOptions(c)...)
		if err == nil {
			d.keep(func() { held.consumers[c.Station+"/"+c.Consumer] = made })
		}
		return nil, err
	case "fetch":
		return d.fetch(find(d, held.consumers, c.Station+"/"+c.Consumer), c)
	case "destroyConsumer":
		return nil, find(d, held.consumers, c.Station+"/"+c.Consumer).Destroy()
	case "createSchema":
		return nil, held.conn.CreateSchema(c.Name, c.Type, c.Path)
	case "enforceSchema":
		return nil, held.conn.EnforceSchema(c.Name, c.Station)
	case "detachSchema":
		return nil, held.conn.DetachSchema(c.Station)
	default:
		return nil, fmt.Errorf("no call %s", c.Do)
	}
}

// keep changes what calls that run side by side share.
func (d *driver) keep(change func()) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	change()
}

func find[T any](d *driver, named map[string]*T, name string) *T {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return named[name]
}

func (d *driver) connect(c call) error {
	options := []memphis.Option{
		memphis.Port(c.Port),
		memphis.Reconnect(true),
		memphis.ReconnectInterval(100 * time.Millisecond),
	}
	if c.Password != "" {
		options = append(options, memphis.Password(c.Password))
	}
	if c.Token != "" {
		options = append(options, memphis.ConnectionToken(c.Token))
	}
	if c.TLS != nil {
		options = append(options, memphis.Tls(c.TLS.Cert, c.TLS.Key, c.TLS.CA))
	}
	conn, err := memphis.Connect(c.Host, c.Username, options...)
	if err != nil {
		return err
	}
	d.keep(func() {
		d.connections[c.Client] = &connection{
			conn:      conn,
			stations:  map[string]*memphis.Station{},
			producers: map[string]*memphis.Producer{},
			consumers: map[string]*memphis.Consumer{},
		}
	})
	return nil
}

func stationOptions(c call) []memphis.StationOpt {
	var options []memphis.StationOpt
	switch c.RetentionType {
	case "message_age_sec":
		options = append(options, memphis.RetentionTypeOpt(memphis.MaxMessageAgeSeconds))
	case "messages":
		options = append(options, memphis.RetentionTypeOpt(memphis.Messages))
	case "bytes":
		options = append(options, memphis.RetentionTypeOpt(memphis.Bytes))
	case "ack_based":
		options = append(options, memphis.RetentionTypeOpt(memphis.AckBased))
	}
	if c.RetentionValue != nil {
		options = append(options, memphis.RetentionVal(*c.RetentionValue))
	}
	if c.StorageType == "memory" {
		options = append(options, memphis.StorageTypeOpt(memphis.Memory))
	}
	if c.IdempotencyWindowMs != nil {
		options = append(options, memphis.IdempotencyWindow(milliseconds(*c.IdempotencyWindowMs)))
	}
	if c.Schema != "" {
		options = append(options, memphis.SchemaName(c.Schema))
	}
	if c.Partitions != nil {
		options = append(options, memphis.PartitionsNumber(*c.Partitions))
	}
	if c.DeadLetters != nil {
		options = append(options, memphis.SendPoisonMsgToDls(*c.DeadLetters))
	}
	if c.SchemaDeadLetters != nil {
		options = append(options, memphis.SendSchemaFailedMsgToDls(*c.SchemaDeadLetters))
	}
	if c.DeadLetterStation != "" {
		options = append(options, memphis.DlsStation(c.DeadLetterStation))
	}
	return options
}

func produce(producer *memphis.Producer, c call) error {
	options := []memphis.ProduceOpt{memphis.SyncProduce()}
	if len(c.Headers) > 0 {
		headers := memphis.Headers{}
		headers.New()
		for key, value := range c.Headers {
			if err := headers.Add(key, value); err != nil {
				return err
			}
		}
		options = append(options, memphis.MsgHeaders(headers))
	}
	if c.MessageID != "" {
		options = append(options, memphis.MsgId(c.MessageID))
	}
	if c.Partition != nil {
		options = append(options, memphis.ProducerPartitionNumber(*c.Partition))
	}
	if c.Key != "" {
		options = append(options, memphis.ProducerPartitionKey(c.Key))
	}
	return producer.Produce([]byte(c.Text), options...)
}

// produceMany publishes without waiting in between; the suite looks at what was stored.
func produceMany(producer *memphis.Producer, c call) error {
	for index := 0; index < c.Count; index++ {
		payload := []byte(fmt.Sprintf("m%d", index))
		if err := producer.Produce(payload, memphis.AsyncProduce()); err != nil {
			return err
		}
	}
	// The acknowledgement of a publish behind them says that they have all been taken.
	return producer.Produce([]byte("last"), memphis.SyncProduce())
}

func consumerOptions(c call) []memphis.ConsumerOpt {
	options := []memphis.ConsumerOpt{memphis.ConsumerGroup(c.Group)}
	if c.AckTimeoutMs != nil {
		options = append(options, memphis.MaxAckTime(milliseconds(*c.AckTimeoutMs)))
	}
	if c.DeliveryCountMax != nil {
		options = append(options, memphis.MaxMsgDeliveries(*c.DeliveryCountMax))
	}
	if c.StartSequence != nil {
		options = append(options, memphis.StartConsumeFromSequence(*c.StartSequence))
	}
	if c.LastMessages != nil {
		options = append(options, memphis.LastMessages(*c.LastMessages))
	}
	if c.FetchTimeoutMs != nil {
		options = append(options, memphis.BatchMaxWaitTime(milliseconds(*c.FetchTimeoutMs)))
	} else {
		options = append(options, memphis.BatchMaxWaitTime(time.Second))
	}
	return options
}

func (d *driver) fetch(consumer *memphis.Consumer, c call) (any, error) {
	var options []memphis.ConsumingOpt
	if c.Partition != nil {
		options = append(options, memphis.ConsumerPartitionNumber(*c.Partition))
	}
	if c.Key != "" {
		options = append(options, memphis.ConsumerPartitionKey(c.Key))
	}
	fetched, err := consumer.Fetch(c.Batch, false, options...)
	if err != nil {
		return nil, err
	}
	result := []received{}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, message := range fetched {
		entry := received{
			Handle:  len(d.messages),
			Text:    string(message.Data()),
			Headers: message.GetHeaders(),
		}
		// A dead letter that was sent again has neither.
		if sequence, err := message.GetSequenceNumber(); err == nil {
			entry.Sequence = sequence
		}
		if sent, err := message.GetTimeSent(); err == nil {
			entry.SentAtMs = sent.UnixMilli()
		}
		d.messages = append(d.messages, message)
		result = append(result, entry)
	}
	return result, nil
}

func (d *driver) settle(c call) error {
	d.mutex.Lock()
	message := d.messages[c.Handle]
	d.mutex.Unlock()
	switch c.Do {
	case "ack":
		return message.Ack()
	case "nack":
		return message.Nack()
	case "delay":
		return message.Delay(milliseconds(c.DelayMs))
	default:
		return message.DeadLetter(c.Reason)
	}
}

// ackAll acks and forgets: a program that runs for long must not keep what is done.
func (d *driver) ackAll(handles []int) error {
	for _, handle := range handles {
		d.mutex.Lock()
		message := d.messages[handle]
		d.messages[handle] = nil
		d.mutex.Unlock()
		if err := message.Ack(); err != nil {
			return err
		}
	}
	return nil
}

func milliseconds(count int) time.Duration {
	return time.Duration(count) * time.Millisecond
}
