/// The durable group-commit journal of a shard, and the checkpoint that says how much of it is still needed.
///
/// Read [Journal], the seam; [JournalEntry] and [JournalItem], what goes in; [FileJournal], which writes it into
/// files; [ChainVerifier], which finds out after a crash what is there; [JournalRecovery], which makes it ready
/// again; [Checkpoint]. All numbers are big-endian, all CRCs CRC32C.
///
/// ## Files
/// ```text
/// journal/0000000001.journal       4 MiB: small, so that a first start is quick
///         0000000002.journal      64 MiB: numbers have no gaps, the oldest file leaves first;
///                                 4 MiB where a full disk had no room for more
///         next.preparing          being prepared; read by nobody
///         clean-end                       the last stop was a clean one; gone while the journal is in use
///         torn-NUMBER-POSITION-N.saved    what a crash left of an entry
/// checkpoint/slot-0, slot-1
/// ```
/// A journal file is a header block of 4096 bytes, then entries, each padded to whole blocks so that no two
/// share one. Before a file is used, every block is written and forced; later forces then change data only.
/// ```text
/// file header      0  4  magic "DBJF"        16  8  number of the file
///                  4  2  format, 1           24  8  size of the file in bytes
///                  6  2  zero                32 28  zero
///                  8  8  salt                60  4  CRC of bytes 0 to 59
///
/// entry header     0  4  magic "DBJE"        28  4  items
///                  4  2  format, 1           32  4  body's length in bytes
///                  6  2  zero                36  4  the previous entry's CRC: its bytes 60 to 63; first: 0
///                  8  8  the file's salt     40  4  CRC of the body, seeded with the salt's 8 bytes
///                 16  8  sequence            44  4  CRC of the body's rows alone, seeded likewise
///                                            48 12  zero
///                 24  4  owner's epoch       60  4  CRC of bytes 0 to 59
///
/// body            one row of 40 bytes an item, then what the items carry, in the order of the rows
/// row              0  4  kind: 1 batches, 2 roll,     24  4  partition: index
///                        3 log start,                 28  4  bytes carried; only batches carry any
///                        4 forget producer            32  8  base offset; of a log start: the first
///                  4  4  partition: shard                    offset that the partition keeps; of a
///                  8 16  partition: topic id                 producer that is forgotten: its id
/// padding         to the next block; not covered by a CRC
/// ```
/// An entry lies in one file. When it does not fit into what is left, it begins the next file that is large
/// enough; nothing is written where it did not fit. When all entries of a file are behind a checkpoint it is
/// renamed to `next.preparing`, gets a header with a new number and a salt drawn anew, and then its new name.
///
/// ```text
/// clean end        0  4  magic "DBCE"        32  8  position in it where the last entry ends
///                  4  2  format, 1           40  4  the last entry's CRC
///                  6  2  zero                44  4  its owner's epoch
///                  8  8  the next sequence   48 12  zero
///                 16  8  number of the file  60  4  CRC of bytes 0 to 59
///                 24  8  salt of the file
/// ```
/// The clean end is written as the last thing of a stop, and removed, its directory forced, after the next opening has
/// verified and before it changes a byte. Where the chain is found to end exactly there, nothing can stand behind it, and
/// the search for headers behind the end is left out. Nothing else is: a chain that ends elsewhere is verified as ever.
///
/// ## How a reader knows
/// - An entry is **whole** at a place when its header's CRC and salt are right, it fits in the file, and its
///   body's CRC is right. It **continues** an entry when its sequence is one more, it names that entry's CRC and
///   its owner's epoch, which rises with every opening, is no lower.
/// - After an entry, the next is the whole, continuing one right behind it; else the one that begins the first
///   later file which begins with an entry at all. If neither is there, the chain **ends**.
/// - Another salt is the file's former life or somebody's payload. Salts are random and never leave the
///   machine, so neither can continue a chain. A payload may be a copy of this very journal: its sequences are
///   lower than that of the entry which carries it, and a reader ignores these.
/// - Behind the end, one header of this life may be found: that of the next entry, at the end itself or at the
///   start of a later file, with a body that is not right. That is a **torn tail**: a crash came while it was
///   written. So is a header there that is not whole but agrees in two of magic, salt, sequence and chain.
/// - Any other header of this life behind the end belongs to an entry that was written after a durable one
///   that is missing now. That is **damage**. What can be proven is used, and what is missing is told in its place
///   ([LostEntries]); nothing is changed before all is verified.
/// - A damaged header is restored when the next entry is there, for that names its CRC. Of a damaged body the table of
///   items counts when its own CRC is right, and then each batch whose own CRC and offsets are ([Salvage]).
/// - An entry that is whole, though the next one names another, is not the one that was durable: it is missing.
/// - A file gets its name after its header is durable. When the header is not right, the file's first entry tells the salt: no
///   payload lies there. A file that tells none (also one of nothing but zeros), one that was cut short, or a gap in the
///   numbers, behind the last entry, means that the journal **ends early**, and so does an end before the checkpoint, unless the
///   last entry there is seen to be damaged. Then nobody knows how much is missing. The next entry begins a new file, behind the
///   gap.
/// - Damage among entries in front of the checkpoint does no harm; it is counted and reported.
/// - A block that the disk does not give may have held anything, unlike one of zeros. In front of all entries that are needed it
///   is damage like any other, and its file is not used again; anywhere else the journal is not opened.
/// - A new log begins with an empty entry, and is ready only when a checkpoint names it, in both slots. So a journal that is gone,
///   or has lost its first file or its first entries, ends before the checkpoint, at any age. Where there is no checkpoint,
///   nothing was trimmed: then the oldest file must be number 1, and have its header.
///
/// Rot in the very last entry looks like a torn tail. Its bytes are saved and it is reported; a checkpoint made
/// when things are quiet keeps that window small.
///
/// ## Why an old torn entry is never taken for a new one
/// Entry N + 1 is written only after entry N was forced. So at any moment at most one entry is not durable, and
/// a crash leaves, of its sectors, any mix of what was there and what was meant to be.
///
/// Say N was torn at place P. *What was there before* at P and behind has no header of this salt: either the
/// file's former life, with another salt, or what an earlier recovery left at P. So after the crash P holds N
/// whole, or a header of N with a wrong body, or no header; and behind P no header of this life. The first is an
/// entry like any other: nobody was told, but it is what was meant. In the other cases recovery saves the
/// bytes and writes a block of zeros over P, forced before anything is appended. From then on no header of the
/// torn N exists, so that whatever of its body is left behind P is former life: it holds no header of this
/// salt. The new N goes to P, or, if it does not fit there, to the start of the next file, and the argument
/// starts again. Stopped before the zeros are durable, the next recovery finds what this one found. The zeros
/// are written at every opening, and over the starts of later files too, whether or not anything was seen there:
/// see below why seeing is not enough.
///
/// An entry read as whole may yet be missing on the disk: after a failed force, or when a process was killed
/// before it forced, the system's cache shows what the disk has not. Only the last entry can be such a one.
/// Recovery writes it again, the same bytes at the same place, and forces it, before it counts. Since it does
/// not share a block with its neighbour, no durable byte is put at risk.
///
/// ## The checkpoint
/// Two slots, written in place, one after the other: both hold every checkpoint before the journal is trimmed and files
/// are unlinked behind it. The one with the higher number that is whole counts, and either leads to the same log.
/// They are made, durably, before the journal's first file and the first partition's directory: where one of these is and no
/// slot, the checkpoint was lost, and nothing is opened before it is brought back or made anew (`daybook repair`).
/// ```text
/// slot header      0  4  magic "DBCP"            28  4  reserved ends of ids
///                  4  2  format, 1               32  4  body's length in bytes
///                  6  2  zero                    36  4  CRC of the body
///                  8  8  number of checkpoint    40 20  zero
///                 16  8  sequence                60  4  CRC of bytes 0 to 59
///                 24  4  partitions
///
/// body            one mark of 56 bytes a partition, then the reserved ends
/// mark             0  4  shard                   24  8  start offset
///                  4 16  topic id                32  8  next offset
///                 20  4  index                   40  8  base offset of the last segment
///                                                48  8  bytes of that segment
/// reserved end     2 bytes length, the name in UTF-8, 8 bytes end of the reserved block;
///                  under the name `retention.clock.ms` the time that retention has come to
/// ```
@NullMarked
package dev.daybook.eventlog.journal;

import org.jspecify.annotations.NullMarked;
