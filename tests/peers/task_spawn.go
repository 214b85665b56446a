// SPDX-License-Identifier: MIT
//
// Goroutines as thread/task-spawn spawns tasks: batches of 10, each counts itself, a WaitGroup waits for the batch.
// task_spawn CPUS SECONDS: prints nanoseconds a goroutine, the median of 20 samples.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const batch = 10
const samples = 20

func spawn(batches int, ran *atomic.Int64) {
	var group sync.WaitGroup
	for i := 0; i < batches; i++ {
		group.Add(batch)
		for j := 0; j < batch; j++ {
			go func() {
				ran.Add(1)
				group.Done()
			}()
		}
		group.Wait()
	}
}

func main() {
	cpus, _ := strconv.Atoi(os.Args[1])
	seconds, _ := strconv.ParseFloat(os.Args[2], 64)
	runtime.GOMAXPROCS(cpus)
	var ran atomic.Int64
	batches := 1
	target := time.Duration(seconds * float64(time.Second) / samples)
	for {
		start := time.Now()
		spawn(batches, &ran)
		if time.Since(start) >= target {
			break
		}
		batches *= 2
	}
	times := make([]float64, samples)
	for i := range times {
		start := time.Now()
		spawn(batches, &ran)
		times[i] = float64(time.Since(start).Nanoseconds()) / float64(batches*batch)
	}
	sort.Float64s(times)
	fmt.Println((times[samples/2-1] + times[samples/2]) / 2)
}
