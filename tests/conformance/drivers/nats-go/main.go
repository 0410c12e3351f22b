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
}

type answer struct {
	ID    int    `json:"id"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

type received struct {
	Handle int    `json:"handle"`
	Text   string `json:"text"`
}

// inFlightMax is what the Go SDK allows before a publish waits.
const inFlightMax = 4000

// stallWait is how long the Go SDK lets such a publish wait.
const stallWait = 15 * time.Second

type driver struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	mutex    sync.Mutex
	messages []jetstream.Msg
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
