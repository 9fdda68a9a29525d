/// An order desk as one writes it with Spring for Apache Kafka: [OrderDesk] is the program, [Clerk] listens.
package dev.daybook.foreign.spring;
