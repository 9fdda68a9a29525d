/// Clicks of users, counted by a Flink job.
package dev.daybook.foreign.flink;
