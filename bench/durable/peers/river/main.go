// River on PostgreSQL, speaking the protocol of ../../README.md. Steps: its resumable steps, each stored in a transaction of
// its own (ResumableSetStepTx), because otherwise they would be stored with the job's result only.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	steps    = 10
	workTime = time.Second
)

type settings struct {
	MaxWorkers    int `json:"max_workers"`
	FetchCooldown int `json:"fetch_cooldown_ms"`
	FetchPoll     int `json:"fetch_poll_ms"`
	Bulk          int `json:"bulk"`
	Producers     int `json:"producers"`
}

type options struct {
	store, url, workload   string
	producers, count, runs int
	seconds                float64
	settings               settings
}

type payload struct {
	Job      int    `json:"job"`
	Type     string `json:"kind"`
	Customer string `json:"customer"`
	Note     string `json:"note"`
}

func (payload) Kind() string { return "bench" }

func newPayload(job int) payload {
	return payload{Job: job, Type: "bench", Customer: "c-1042", Note: "0123456789"}
}

type record map[string]any

func say(fields record) {
	line, _ := json.Marshal(fields)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type handler func(context.Context, *river.Job[payload]) error

type bench struct {
	options
	pool *pgxpool.Pool
}

type worker struct {
	river.WorkerDefaults[payload]
	handle handler
}

func (w *worker) Work(ctx context.Context, job *river.Job[payload]) error { return w.handle(ctx, job) }

func (b *bench) client(handle handler) *river.Client[pgx.Tx] {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{handle: handle})
	client, err := river.NewClient(riverpgxv5.New(b.pool), &river.Config{
		FetchCooldown:     time.Duration(b.settings.FetchCooldown) * time.Millisecond,
		FetchPollInterval: time.Duration(b.settings.FetchPoll) * time.Millisecond,
		Logger:            slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: max(1, b.settings.MaxWorkers)}},
		Workers:           workers,
	})
	check(err)
	return client
}

func nothing(context.Context, *river.Job[payload]) error { return nil }

func (b *bench) tenSteps(ctx context.Context, job *river.Job[payload]) error {
	for step := range steps {
		river.ResumableStep(ctx, "step-"+strconv.Itoa(step), nil, func(ctx context.Context) error {
			return pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
				_, err := river.ResumableSetStepTx[*riverpgxv5.Driver](ctx, tx, job)
				return err
			})
		})
	}
	return nil
}

func rate(count int, started time.Time) record {
	seconds := time.Since(started).Seconds()
	return record{"count": count, "seconds": seconds, "per_second": float64(count) / seconds}
}

func quantiles(values []float64) record {
	slices.Sort(values)
	at := func(q float64) float64 { return values[min(len(values)-1, int(q*float64(len(values))))] }
	return record{"p50_ms": at(0.5), "p99_ms": at(0.99)}
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Nanoseconds()) / 1e6 }

// inParallel calls body(0), body(1), … count times in all from several goroutines, until the time is up.
func (b *bench) inParallel(producers, count int, body func(int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	end := time.Now().Add(time.Duration(b.seconds * float64(time.Second)))
	for range producers {
		group.Go(func() {
			for time.Now().Before(end) {
				index := int(next.Add(1)) - 1
				if index >= count {
					return
				}
				body(index)
			}
		})
	}
	group.Wait()
}

func (b *bench) fill(client *river.Client[pgx.Tx], count int, opts *river.InsertOpts) {
	bulk := max(1, b.settings.Bulk)
	b.inParallel(max(1, b.settings.Producers), (count+bulk-1)/bulk, func(chunk int) {
		var jobs []river.InsertManyParams
		for job := chunk * bulk; job < min(count, (chunk+1)*bulk); job++ {
			jobs = append(jobs, river.InsertManyParams{Args: newPayload(job), InsertOpts: opts})
		}
		_, err := client.InsertManyFast(context.Background(), jobs)
		check(err)
	})
}

// A job counts when River reports its completion, which is after the commit.
func (b *bench) start(handle handler) (client *river.Client[pgx.Tx], await func()) {
	client = b.client(handle)
	completed, unsubscribe := client.SubscribeConfig(&river.SubscribeConfig{
		Kinds: []river.EventKind{river.EventKindJobCompleted}, ChanSize: b.count + 1})
	check(client.Start(context.Background()))
	return client, func() {
		for range b.count {
			<-completed
		}
		unsubscribe()
	}
}

func (b *bench) enqueue() record {
	client := b.client(nothing)
	var mutex sync.Mutex
	var latencies []float64
	started := time.Now()
	b.inParallel(b.producers, b.count, func(job int) {
		asked := time.Now()
		_, err := client.Insert(context.Background(), newPayload(job), nil)
		check(err)
		mutex.Lock()
		latencies = append(latencies, milliseconds(asked))
		mutex.Unlock()
	})
	result := rate(len(latencies), started)
	for key, value := range quantiles(latencies) {
		result[key] = value
	}
	return result
}

func (b *bench) enqueueBulk() record {
	client := b.client(nothing)
	started := time.Now()
	b.fill(client, b.count, nil)
	return rate(b.count, started)
}

func (b *bench) noop(handle handler) record {
	client, await := b.start(handle)
	started := time.Now()
	b.fill(client, b.count, nil)
	await()
	result := rate(b.count, started)
	check(client.Stop(context.Background()))
	return result
}

func (b *bench) drain() record {
	b.fill(b.client(nothing), b.count, nil)
	started := time.Now()
	client, await := b.start(nothing)
	await()
	result := rate(b.count, started)
	check(client.Stop(context.Background()))
	return result
}

func (b *bench) latency() record {
	sent := make([]time.Time, b.count)
	latencies := make([]float64, b.count)
	client, await := b.start(func(_ context.Context, job *river.Job[payload]) error {
		latencies[job.Args.Job] = milliseconds(sent[job.Args.Job])
		return nil
	})
	for job := range b.count {
		sent[job] = time.Now()
		_, err := client.Insert(context.Background(), newPayload(job), nil)
		check(err)
		time.Sleep(5*time.Millisecond + time.Duration(rand.Int63n(int64(10*time.Millisecond))))
	}
	await()
	check(client.Stop(context.Background()))
	result := quantiles(latencies)
	result["count"] = b.count
	return result
}

func (b *bench) work() {
	client := b.client(func(_ context.Context, job *river.Job[payload]) error {
		say(record{"event": "start", "job": job.Args.Job})
		time.Sleep(workTime)
		return nil
	})
	check(client.Start(context.Background()))
	say(record{"event": "ready"})
	select {}
}

func (b *bench) memory() {
	client := b.client(nothing)
	check(client.Start(context.Background()))
	say(record{"event": "ready"})
	b.fill(client, b.count, &river.InsertOpts{ScheduledAt: time.Now().Add(24 * time.Hour)})
	say(record{"event": "parked", "count": b.count})
	select {}
}

func (b *bench) measure() record {
	switch b.workload {
	case "enqueue":
		return b.enqueue()
	case "enqueue_bulk":
		return b.enqueueBulk()
	case "noop":
		return b.noop(nothing)
	case "drain":
		return b.drain()
	case "latency":
		return b.latency()
	case "steps":
		result := b.noop(b.tenSteps)
		result["per_second"] = result["per_second"].(float64) * steps
		return result
	}
	check(fmt.Errorf("unknown workload %q", b.workload))
	return nil
}

func open() *bench {
	b := &bench{}
	var text string
	flag.StringVar(&b.store, "store", "", "")
	flag.StringVar(&b.url, "url", "", "")
	flag.StringVar(&b.workload, "workload", "", "")
	flag.IntVar(&b.producers, "producers", 1, "")
	flag.IntVar(&b.count, "count", 1, "")
	flag.IntVar(&b.runs, "runs", 1, "")
	flag.Float64Var(&b.seconds, "seconds", 1e9, "")
	flag.StringVar(&text, "settings", "{}", "")
	flag.Parse()
	check(json.Unmarshal([]byte(text), &b.settings))

	config, err := pgxpool.ParseConfig(b.url)
	check(err)
	config.MaxConns = int32(min(64, max(20, b.producers)))
	b.pool, err = pgxpool.NewWithConfig(context.Background(), config)
	check(err)
	migrator, err := rivermigrate.New(riverpgxv5.New(b.pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	check(err)
	_, err = migrator.Migrate(context.Background(), rivermigrate.DirectionUp, nil)
	check(err)
	return b
}

func main() {
	b := open()
	switch b.workload {
	case "work":
		b.work()
	case "memory":
		b.memory()
	}
	for run := range b.runs + 1 {
		_, err := b.pool.Exec(context.Background(), "TRUNCATE river_job")
		check(err)
		result := b.measure()
		result["workload"], result["store"], result["warmup"] = b.workload, b.store, run == 0
		say(result)
	}
}
