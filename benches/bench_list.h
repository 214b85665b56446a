/* SPDX-License-Identifier: MIT
 * One line a workload, in listing order: SPB_BENCH(symbol) for `const struct spb_workload symbol`. */
SPB_BENCH(spb_self_null)
SPB_BENCH(spb_self_known_cost)
SPB_BENCH(spb_cpu_int_chain)
SPB_BENCH(spb_cpu_prime_sieve)
SPB_BENCH(spb_cpu_fma_peak)
SPB_BENCH(spb_memory_stream_triad)
SPB_BENCH(spb_memory_latency)
SPB_BENCH(spb_memory_malloc_free)
SPB_BENCH(spb_thread_spawn_join)
SPB_BENCH(spb_thread_ping_pong)
SPB_BENCH(spb_thread_task_spawn)
SPB_BENCH(spb_thread_mutex_contended)
