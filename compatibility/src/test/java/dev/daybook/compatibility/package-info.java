/// Other people's programs on our log. Each runs in a process of its own, with the very artifacts its makers
/// published: a class path of its own under `foreign/`, or what Debian and npm have. Judged is what it printed and what
/// stands in the log afterwards.
///
/// [ForeignProgram] starts what is under `foreign/`, [Child] is a running process and what it said, [Daybook] the server under
/// test and [Records] what stands in it. All of it is `@Tag("ci")`: without `-Pci` nothing is fetched and nothing starts.
@NullMarked
package dev.daybook.compatibility;

import org.jspecify.annotations.NullMarked;
