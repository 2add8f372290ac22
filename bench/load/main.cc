// syncline_load: one load for every server that bench/run compares. Prints one line of JSON.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <getopt.h>

#include "bench/load/clients.h"
#include "bench/load/wire.h"

namespace syncline::load {
namespace {

constexpr const char* kUsage =
    "syncline_load --protocol http|heartbeat|redis|postgres --port PORT\n"
    "              [--clients 64] [--batch 1]\n"
    "              [--pipeline 1] [--size 300] [--warmup SECONDS] [--seconds 1] [--events COUNT]\n"
    "              [--server PID] [--tokens FILE]\n"
    "  batch     events in one request (http) or one transaction (postgres)\n"
    "  pipeline  requests sent before the first answer is awaited (http, redis)\n"
    "  http takes its bearer token from SYNCLINE_TOKEN, heartbeat one a user from the lines of\n"
    "  FILE; postgres connects as postgres\n";

struct Options {
  std::string protocol;
  std::string tokens;
  LoadOptions load;
  EventShape shape;
  int batch = 1;
  int pipeline = 1;
};

Options read_options(int argc, char** argv) {
  Options options;
  static const option kNames[] = {
      {"protocol", required_argument, nullptr, 'p'}, {"port", required_argument, nullptr, 'P'},
      {"clients", required_argument, nullptr, 'c'},  {"batch", required_argument, nullptr, 'b'},
      {"pipeline", required_argument, nullptr, 'd'}, {"size", required_argument, nullptr, 's'},
      {"warmup", required_argument, nullptr, 'w'},   {"seconds", required_argument, nullptr, 't'},
      {"events", required_argument, nullptr, 'n'},   {"server", required_argument, nullptr, 'S'},
      {"tokens", required_argument, nullptr, 'T'},   {nullptr, 0, nullptr, 0}};
  for (int name; (name = getopt_long(argc, argv, "", kNames, nullptr)) != -1;) {
    switch (name) {
      case 'p':
        options.protocol = optarg;
        break;
      case 'P':
        options.load.port = static_cast<std::uint16_t>(std::stoul(optarg));
        break;
      case 'c':
        options.load.clients = std::stoi(optarg);
        break;
      case 'b':
        options.batch = std::stoi(optarg);
        break;
      case 'd':
        options.pipeline = std::stoi(optarg);
        break;
      case 's':
        options.shape.size = std::stoul(optarg);
        break;
      case 'w':
        options.load.warmup = std::chrono::duration<double>(std::stod(optarg));
        break;
      case 't':
        options.load.length = std::chrono::duration<double>(std::stod(optarg));
        break;
      case 'n':
        options.load.most_events = std::stoull(optarg);
        break;
      case 'S':
        options.load.server = std::stoi(optarg);
        break;
      case 'T':
        options.tokens = optarg;
        break;
      default:
        throw std::invalid_argument("unknown option");
    }
  }
  if (optind != argc || options.load.port == 0 || options.load.clients < 1 || options.batch < 1 ||
      options.pipeline < 1) {
    throw std::invalid_argument("bad or missing option");
  }
  char run[17];
  std::snprintf(
      run, sizeof run, "%016llx",
      static_cast<unsigned long long>(std::chrono::system_clock::now().time_since_epoch().count()));
  options.shape.run = run;
  return options;
}

std::vector<std::string> read_tokens(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> tokens;
  for (std::string line; std::getline(file, line);) tokens.push_back(line);
  if (tokens.empty()) throw std::invalid_argument("no tokens in '" + path + "'");
  return tokens;
}

Wire make_wire(const Options& options) {
  if (options.protocol == "http") {
    const char* token = std::getenv("SYNCLINE_TOKEN");
    return http_wire(options.shape, token == nullptr ? "" : token, options.batch, options.pipeline);
  }
  if (options.protocol == "heartbeat" && options.batch == 1 && options.pipeline == 1) {
    return heartbeat_wire(read_tokens(options.tokens));
  }
  if (options.protocol == "redis" && options.batch == 1) {
    return redis_wire(options.shape, options.pipeline);
  }
  if (options.protocol == "postgres" && options.pipeline == 1) {
    return postgres_wire(options.shape, "postgres", "postgres", options.batch);
  }
  throw std::invalid_argument("no such protocol, or it has no such batch or pipeline");
}

void print(const Options& options, const LoadResult& result) {
  const auto us = [&](double share) {
    return static_cast<double>(result.latency.quantile(share)) / 1000.0;
  };
  std::printf(
      "{\"protocol\":\"%s\",\"clients\":%d,\"batch\":%d,\"pipeline\":%d,\"data_bytes\":%zu,"
      "\"events\":%llu,\"seconds\":%.3f,\"events_per_second\":%.1f,"
      "\"latency_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
      "\"cpu_seconds\":{\"generator\":%.3f,\"server\":%.3f}}\n",
      options.protocol.c_str(), options.load.clients, options.batch, options.pipeline,
      options.shape.size, static_cast<unsigned long long>(result.events), result.seconds,
      static_cast<double>(result.events) / result.seconds, us(0.5), us(0.9), us(0.99), us(1),
      result.own_cpu, result.server_cpu);
}

}  // namespace
}  // namespace syncline::load

int main(int argc, char** argv) {
  using namespace syncline::load;
  try {
    const Options options = read_options(argc, argv);
    print(options, run_load(options.load, make_wire(options)));
    return 0;
  } catch (const std::logic_error& e) {
    std::fprintf(stderr, "syncline_load: %s\n%s", e.what(), kUsage);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "syncline_load: %s\n", e.what());
    return 3;
  }
}
