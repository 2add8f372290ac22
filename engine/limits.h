// Every bound of the product, with its reason. A queue or a wait that is not here has none, and is
// a bug.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace syncline::limits {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// What one request may carry: large enough for any record seen in the field, small enough that
// 1,000 connections cannot exhaust a small machine.
inline constexpr std::size_t kBodyBytes = 1 * kMiB;
// What a file or a message may claim that an event takes: header, body and what the request's head
// adds to it, with room.
inline constexpr std::size_t kFrameBytes = 4 * kMiB;
// A line of an export: the frame in base64, and the event as JSON, where one byte may take six.
inline constexpr std::size_t kLineBytes = 16 * kMiB;
inline constexpr std::size_t kBatchBytes = 8 * kMiB;
inline constexpr std::size_t kBatchEvents = 10'000;
inline constexpr std::size_t kJsonDepth = 64;  // recursion in every reader is bounded by it
// Of data that comes without its event: in the event, which is read again, it is one deeper.
inline constexpr std::size_t kDataDepth = kJsonDepth - 1;

// The head of a request.
inline constexpr std::size_t kHeaderBytes = 16 * kKiB;
inline constexpr std::size_t kUrlBytes = 8 * kKiB;
inline constexpr std::size_t kHeaderFields = 128;    // browsers behind two proxies send about 40
inline constexpr std::size_t kChunkLineBytes = 256;  // a chunk's size with its extensions
inline constexpr std::chrono::seconds kHeaderDeadline{10};  // slow senders are cut off
inline constexpr std::chrono::seconds kBodyDeadline{30};
inline constexpr std::chrono::seconds kIdleDeadline{75};  // longer than common proxies' 60 s
inline constexpr std::chrono::seconds kDrainDeadline{10};
// A connection that is closed on an error is read for so long and so far, so that a client that
// still sends sees the answer instead of a reset.
inline constexpr std::chrono::seconds kLingerDeadline{2};
inline constexpr std::size_t kLingerBytes = 16 * kMiB;
// Connections over the limit that are told so, 503, at the same time; more are closed unheard.
inline constexpr std::size_t kTurnedAway = 16;

// A credential: what a token with many roles needs, well inside the head of a request.
inline constexpr std::size_t kTokenBytes = 8 * kKiB;
inline constexpr std::size_t kCachedTokens = 10'000;     // of 300 bytes: some 8 MiB
inline constexpr std::chrono::seconds kTokenLeeway{30};  // an issuer's clock may be ahead of ours
// Wrong ones from one address: who guesses costs us little. Secrets are too long to be guessed, so
// it leaves room for an office of clients with an old key, who are to hear 401.
inline constexpr std::uint32_t kFailedLoginsPerMinute = 300;
inline constexpr std::size_t kTokenKeys = 64;           // of a JWKS; one without `kid` tries all
inline constexpr std::size_t kKeyFileBytes = 1 * kMiB;  // a JWKS, or a PEM
inline constexpr std::chrono::seconds kFilePoll{1};     // how soon a changed JWKS is seen

// Users or addresses whose rate is counted at the same time, each in some 120 bytes; who asks again
// after a pause longer than the rate's time needs no place.
inline constexpr std::size_t kRateKeys = 100'000;

// Names are keys in RocksDB, and are repeated in indexes.
inline constexpr std::size_t kNameBytes = 512;  // id, source, subject, each

// One commit: bounds the time a caller waits behind others, and the memory of a batch.
inline constexpr std::size_t kCommitEvents = 4096;
inline constexpr std::size_t kCommitBytes = 4 * kMiB;
inline constexpr std::size_t kQueuedDrafts = 65'536;  // then 503 and Retry-After

// Of the log's WAL: bounds what a crash replays. Of a memtable of events, and of one of the views.
inline constexpr std::size_t kWalBytes = 256 * kMiB;
inline constexpr std::size_t kMemtableBytes = 64 * kMiB;
// What lies ready behind the WAL's end: it is made anew faster than events can use it up.
inline constexpr std::size_t kWalRoom = 2 * kMiB;

// Commits that are written and not folded yet: one folds while the next one syncs.
inline constexpr std::size_t kUnfoldedCommits = 2;
// A crash folds at most twice as many events again: since a flush began, and before it.
inline constexpr std::size_t kEventsPerViewFlush = 200'000;
// What a build of views folds before it writes: of records of 1 KiB each some 32 MiB, twice.
inline constexpr std::size_t kBuildEvents = 32'768;

// The past keeps what views were like after so many events each: an answer folds no more than that,
// which takes a few tenths of a second.
inline constexpr std::size_t kPastEvents = 16'384;
// Behind what the past covers, an answer folds so much; beyond it, it is past_behind.
inline constexpr std::size_t kPastEventsUncovered = 4 * kPastEvents;
inline constexpr std::size_t kPastMemtableBytes = 16 * kMiB;  // nobody waits for it: small
inline constexpr std::size_t kPastCacheBytes = 32 * kMiB;
// Answers that are folded at the same time, each with what its fold wrote (some 16 MiB), and those
// that wait for their turn; then 503 and Retry-After.
inline constexpr std::size_t kPastReaders = 2;
inline constexpr std::size_t kPastWaiting = 32;
// What one answer walks over in search of what was asked for; a list goes on in its next page.
inline constexpr std::size_t kPastWalked = 10'000;

// A reader of a stream that takes longer than this to accept a write is cut off with its token.
inline constexpr std::chrono::seconds kSlowReaderDeadline{15};
inline constexpr std::size_t kPageEvents = 1000;  // of GET /v1/events and lists, at most
inline constexpr std::size_t kPageEventsDefault = 100;
// ?min_position= waits so long (less than the 10 s after which many clients hang up), for positions
// so far ahead at most: whoever reads what was acknowledged never waits at all.
inline constexpr std::chrono::seconds kMinPositionDeadline{5};
inline constexpr std::uint64_t kMinPositionAhead = 100;
// What a caller may hold a long job back to, bytes a second: it occupies a worker and the caller.
inline constexpr std::uint64_t kJobRate = 1 * kKiB;

// A record of the mirror, what topics are made to take. An event as JSON with its frame may be
// larger, where one byte takes six: it is sent as its frame, which is never a third of it.
inline constexpr std::size_t kMirrorRecordBytes = 4 * kMiB;
// One transaction of the mirror, and what librdkafka holds of it: bounds what is sent again, and
// the memory while Kafka is slow. What waits beyond it is in the log.
inline constexpr std::size_t kMirrorTransactionEvents = 10'000;
inline constexpr std::size_t kMirrorTransactionBytes = 16 * kMiB;

// Of an append that asks for it, until Kafka has it: below kIdleDeadline, so that proxies stay.
inline constexpr std::chrono::seconds kMirroredWait{60};

// The acknowledged high-water mark reaches the disk at least this often.
inline constexpr std::chrono::milliseconds kAckedSyncInterval{50};

}  // namespace syncline::limits
