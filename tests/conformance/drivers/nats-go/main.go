// The NATS client under the Go SDK, as a program: sends what the Go SDK alone sends, where that SDK cannot be
// had. Reads one JSON call per line, answers one JSON line each, like the drivers beside it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type call struct {
	ID       int    `json:"id"`
	Do       string `json:"do"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`
	Password string `json:"password"`
	Name     string `json:"name"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	Count    int    `json:"count"`
	Stream   string `json:"stream"`
	Group    string `json:"group"`
	Batch    int    `json:"batch"`
	WaitMs   int    `json:"waitMs"`
	Handle   int    `json:"handle"`

	MessageID string `json:"messageId"`
}

type answer struct {
	ID    int    `json:"id"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

type heard struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

type stored struct {
	Stream    string `json:"stream"`
	Seq       uint64 `json:"seq"`
	Duplicate bool   `json:"duplicate"`
}

type streamState struct {
	Messages     uint64 `json:"messages"`
	LastSequence uint64 `json:"lastSequence"`
}

type received struct {
	Handle int    `json:"handle"`
	Text   string `json:"text"`
}

// patience is how long a test waits for something to come, on a busy machine.
const patience = 30 * time.Second

// inFlightMax is what the Go SDK allows before a publish waits.
const inFlightMax = 4000

// stallWait is how long the Go SDK lets such a publish wait.
const stallWait = 15 * time.Second

type driver struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	mutex    sync.Mutex
	messages []jetstream.Msg
	heard    []chan heard
}

func main() {
	d := &driver{}
	var output sync.Mutex
	input := bufio.NewScanner(os.Stdin)
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
			fmt.Println(string(line))
		}()
	}
}

func (d *driver) run(c call) (any, error) {
	switch c.Do {
	case "connect":
		return nil, d.connect(c)
	case "request":
		reply, err := d.conn.Request(c.Subject, []byte(c.Text), 20*time.Second)
		if err != nil {
			return nil, err
		}
		return string(reply.Data), nil
	case "publish":
		if err := d.conn.Publish(c.Subject, []byte(c.Text)); err != nil {
			return nil, err
		}
		return nil, d.conn.Flush()
	case "publishMany":
		return d.publishMany(c)
	case "fetch":
		return d.fetch(c)
	case "ack":
		d.mutex.Lock()
		defer d.mutex.Unlock()
		return nil, d.messages[c.Handle].Ack()
	case "term":
		d.mutex.Lock()
		defer d.mutex.Unlock()
		return nil, d.messages[c.Handle].Term()
	case "nack":
		d.mutex.Lock()
		defer d.mutex.Unlock()
		if err := d.messages[c.Handle].Nak(); err != nil {
			return nil, err
		}
		return nil, d.conn.Flush()
	case "subscribe":
		return d.subscribe(c)
	case "received":
		return d.received(c)
	case "store":
		return d.store(c)
	case "createGroup":
		return d.createGroup(c)
	case "streamInfo":
		return d.streamInfo(c)
	default:
		return nil, fmt.Errorf("no call %s", c.Do)
	}
}

func (d *driver) connect(c call) error {
	conn, err := nats.Connect(
		fmt.Sprintf("%s:%d", c.Host, c.Port),
		nats.Name(c.Name),
		nats.UserInfo(c.Username, c.Password),
	)
	if err != nil {
		return err
	}
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncMaxPending(inFlightMax))
	d.conn, d.js = conn, js
	return err
}

// publishMany answers how many acknowledgements came.
func (d *driver) publishMany(c call) (any, error) {
	futures := make([]jetstream.PubAckFuture, 0, c.Count)
	for index := 0; index < c.Count; index++ {
		message := nats.NewMsg(c.Subject)
		message.Header.Set("$memphis_producedBy", "flood")
		message.Data = []byte(fmt.Sprintf("m%d", index))
		future, err := d.js.PublishMsgAsync(message, jetstream.WithStallWait(stallWait))
		if err != nil {
			return nil, err
		}
		futures = append(futures, future)
	}
	acked := 0
	for _, future := range futures {
		select {
		case <-future.Ok():
			acked++
		case err := <-future.Err():
			return nil, err
		case <-time.After(30 * time.Second):
			return nil, fmt.Errorf("%d of %d acknowledged", acked, c.Count)
		}
	}
	return acked, nil
}

func (d *driver) fetch(c call) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	consumer, err := d.js.Consumer(ctx, c.Stream, c.Group)
	if err != nil {
		return nil, err
	}
	wait := time.Duration(c.WaitMs) * time.Millisecond
	batch, err := consumer.Fetch(c.Batch, jetstream.FetchMaxWait(wait))
	if err != nil {
		return nil, err
	}
	result := []received{}
	for message := range batch.Messages() {
		d.mutex.Lock()
		result = append(result, received{Handle: len(d.messages), Text: string(message.Data())})
		d.messages = append(d.messages, message)
		d.mutex.Unlock()
	}
	return result, batch.Error()
}

// subscribe answers a handle. Where the call has a text, requests are answered with it and what they ask.
func (d *driver) subscribe(c call) (any, error) {
	messages := make(chan heard, 1024)
	hear := func(message *nats.Msg) {
		if message.Reply != "" && c.Text != "" {
			if err := message.Respond(append([]byte(c.Text), message.Data...)); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		messages <- heard{Subject: message.Subject, Text: string(message.Data)}
	}
	if _, err := d.conn.QueueSubscribe(c.Subject, c.Group, hear); err != nil {
		return nil, err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.heard = append(d.heard, messages)
	return len(d.heard) - 1, d.conn.Flush()
}

// received waits for so many messages of a subscription, and takes what is there beside them.
func (d *driver) received(c call) (any, error) {
	d.mutex.Lock()
	messages := d.heard[c.Handle]
	d.mutex.Unlock()
	result := []heard{}
	for len(result) < c.Count {
		select {
		case message := <-messages:
			result = append(result, message)
		case <-time.After(patience):
			return nil, fmt.Errorf("%d of %d messages came", len(result), c.Count)
		}
	}
	for {
		select {
		case message := <-messages:
			result = append(result, message)
		default:
			return result, nil
		}
	}
}

func (d *driver) store(c call) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	message := nats.NewMsg(c.Subject)
	message.Data = []byte(c.Text)
	if c.MessageID != "" {
		message.Header["msg-id"] = []string{c.MessageID}
	}
	ack, err := d.js.PublishMsg(ctx, message)
	if err != nil {
		return nil, err
	}
	return stored{Stream: ack.Stream, Seq: ack.Sequence, Duplicate: ack.Duplicate}, nil
}

func (d *driver) createGroup(c call) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	config := jetstream.ConsumerConfig{Durable: c.Group, AckPolicy: jetstream.AckExplicitPolicy}
	consumer, err := d.js.CreateOrUpdateConsumer(ctx, c.Stream, config)
	if err != nil {
		return nil, err
	}
	return consumer.CachedInfo().Name, nil
}

func (d *driver) streamInfo(c call) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := d.js.Stream(ctx, c.Stream)
	if err != nil {
		return nil, err
	}
	state := stream.CachedInfo().State
	return streamState{Messages: state.Msgs, LastSequence: state.LastSeq}, nil
}
