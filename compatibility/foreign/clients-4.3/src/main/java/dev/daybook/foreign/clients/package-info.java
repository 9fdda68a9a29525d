/// A tour of kafka-clients that compiles against any release from 2.8 on. [Tour] is the program, a [Scene] what it does.
package dev.daybook.foreign.clients;
