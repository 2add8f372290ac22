// syncline_append_bench: the engine against raw RocksDB, leg by leg in turn, because what an fsync
// takes drifts. Prints one line of JSON: each pair, the median of the ratios, and their spread.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <getopt.h>

#include "bench/append/engine_side.h"
#include "bench/append/raw_side.h"

namespace syncline::bench {
namespace {

constexpr const char* kUsage =
    "syncline_append_bench [--dir .] [--pairs 5] [--events 50000] [--in-flight 64] [--size 300]\n"
    "                      [--ids] [--history]\n"
    "  ids      events carry ids of the producer, looked up and kept for ever\n"
    "  history  the history projection folds every event before its receipt\n";

struct Options {
  std::string dir = ".";
  std::size_t pairs = 5;
  EngineLoad load{50'000, 64, 300, false, false};
};

Options read_options(int argc, char** argv) {
  Options options;
  static const option kNames[] = {
      {"dir", required_argument, nullptr, 'd'},    {"pairs", required_argument, nullptr, 'p'},
      {"events", required_argument, nullptr, 'n'}, {"in-flight", required_argument, nullptr, 'f'},
      {"size", required_argument, nullptr, 's'},   {"ids", no_argument, nullptr, 'i'},
      {"history", no_argument, nullptr, 'h'},      {nullptr, 0, nullptr, 0}};
  for (int name; (name = getopt_long(argc, argv, "", kNames, nullptr)) != -1;) {
    switch (name) {
      case 'd':
        options.dir = optarg;
        break;
      case 'p':
        options.pairs = std::stoul(optarg);
        break;
      case 'n':
        options.load.events = std::stoul(optarg);
        break;
      case 'f':
        options.load.in_flight = std::stoul(optarg);
        break;
      case 's':
        options.load.data_bytes = std::stoul(optarg);
        break;
      case 'i':
        options.load.ids = true;
        break;
      case 'h':
        options.load.history = true;
        break;
      default:
        throw std::invalid_argument("unknown option");
    }
  }
  if (optind != argc || options.pairs == 0 || options.load.events == 0 ||
      options.load.in_flight == 0) {
    throw std::invalid_argument("bad option");
  }
  return options;
}

struct Pair {
  EngineLeg engine;
  Leg raw;
  double ratio() const { return raw.seconds / engine.seconds; }
};

// Each leg starts from an empty folder, so that none inherits the other's compactions.
Pair run_pair(const Options& options) {
  const std::filesystem::path folder = std::filesystem::path(options.dir) / "syncline-append-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Pair pair;
  pair.engine = run_engine((folder / "engine").string(), options.load);
  pair.raw = run_raw((folder / "engine" / "log").string(), (folder / "raw").string(), pair.engine);
  pair.engine.entries.clear();
  std::filesystem::remove_all(folder);
  return pair;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print(const Options& options, const std::vector<Pair>& pairs) {
  std::printf(
      "{\"events\":%zu,\"in_flight\":%zu,\"data_bytes\":%zu,\"ids\":%s,\"history\":%s,\"sync\":"
      "true,"
      "\"pairs\":[",
      options.load.events, options.load.in_flight, options.load.data_bytes,
      options.load.ids ? "true" : "false", options.load.history ? "true" : "false");
  const auto events = static_cast<double>(options.load.events);
  std::vector<double> ratios;
  for (const Pair& pair : pairs) {
    const auto us = [&](double share) {
      return static_cast<double>(pair.engine.latency.quantile(share)) / 1000.0;
    };
    std::printf(
        "%s{\"engine_per_second\":%.1f,\"raw_per_second\":%.1f,\"ratio\":%.3f,"
        "\"events_per_commit\":%.1f,\"engine_cpu_us\":%.2f,\"raw_cpu_us\":%.2f,"
        "\"p50_us\":%.1f,\"p99_us\":%.1f}",
        ratios.empty() ? "" : ",", events / pair.engine.seconds, events / pair.raw.seconds,
        pair.ratio(), events / static_cast<double>(pair.engine.commits.size()),
        pair.engine.cpu_seconds / events * 1e6, pair.raw.cpu_seconds / events * 1e6, us(0.5),
        us(0.99));
    ratios.push_back(pair.ratio());
  }
  std::printf("],\"ratio\":{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f}}\n", median(ratios),
              *std::ranges::min_element(ratios), *std::ranges::max_element(ratios));
}

}  // namespace
}  // namespace syncline::bench

int main(int argc, char** argv) {
  using namespace syncline::bench;
  try {
    const Options options = read_options(argc, argv);
    run_pair(options);  // warms caches and the disk; not counted
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < options.pairs; ++i) pairs.push_back(run_pair(options));
    print(options, pairs);
    return 0;
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "syncline_append_bench: %s\n%s", e.what(), kUsage);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "syncline_append_bench: %s\n", e.what());
    return 3;
  }
}
