// QuickFIX C++ as the other side: of the interoperation test (acceptor, initiator), of the echo benchmark (echo), and of the
// example exchange (trade).
//
//   quickfix-peer acceptor|initiator FOLDER PORT BEGIN_STRING COUNT WINDOW
//   quickfix-peer echo FOLDER|- PORT FIX.4.4
//   quickfix-peer trade PORT BEGIN_STRING SENDER TARGET PASSWORD SYMBOL SIDE PRICE
//
// `trade` enters an order of 100, prints the fields of each report that matter, and ends well once it has traded in full.
//
// What it receives goes to FOLDER/journal before QuickFIX counts the message, a line each: `got 7` for the order or the
// report of that number, `again 7` when it came a second time as a possible duplicate, `doubled 7` when it did so without
// the flag, and `resent 7` when the first time was a resend. What it sent is read back from QuickFIX's own store, so that
// a process that was killed goes on where the store ends.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <quickfix/Application.h>
#include <quickfix/FixFields.h>
#include <quickfix/FileStore.h>
#include <quickfix/Log.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>

namespace {

std::atomic<bool> stopped{false};
void stop(int) { stopped = true; }

class Quiet : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID& id) override { session = id; }
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                                   FIX::IncorrectTagValue, FIX::RejectLogon) override {}
  FIX::SessionID session;
};

/** Sends every message back. */
class Echo : public Quiet {
 public:
  void fromApp(const FIX::Message& message, const FIX::SessionID& id) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                                            FIX::IncorrectTagValue,
                                                                            FIX::UnsupportedMessageType) override {
    FIX::Message copy(message);
    FIX::Session::sendToTarget(copy, id);
  }
};

class Peer : public Quiet {
 public:
  Peer(const std::string& folder, bool isAcceptor) : isAcceptor_(isAcceptor) {
    const std::string path = folder + "/journal";
    std::ifstream before(path);
    std::string kind;
    for (int number; before >> kind >> number;) received_.insert(number);
    count = static_cast<int>(received_.size());
    journal_ = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0644);
  }

  /** What the store says was sent. */
  void restore() {
    FIX::Session* mine = FIX::Session::lookupSession(session);
    std::vector<std::string> messages;
    mine->getStore()->get(1, mine->getExpectedSenderNum() - 1, messages);
    const std::string tag = isAcceptor_ ? "\00117=" : "\00111=";
    for (const std::string& message : messages) {
      const size_t at = message.find(tag);
      if (at != std::string::npos) sent_.insert(std::atoi(message.c_str() + at + 4));
    }
    lastSent = sent_.empty() ? 0 : *sent_.rbegin();
  }

  void sendOrder(int number) {
    FIX::Message order;
    order.getHeader().setField(35, "D");
    order.setField(11, std::to_string(number));
    order.setField(38, "100");
    order.setField(40, "2");
    order.setField(44, "12.50");
    order.setField(54, "1");
    order.setField(55, "VOD");
    order.setField(60, "20260105-14:30:00.000");
    FIX::Session::sendToTarget(order, session);
    lastSent = number;
  }

  void fromApp(const FIX::Message& message, const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                                         FIX::IncorrectTagValue,
                                                                         FIX::UnsupportedMessageType) override {
    const int number = std::atoi(message.getField(isAcceptor_ ? 11 : 17).c_str());
    const bool isPossibleDuplicate =
        message.getHeader().isSetField(43) && message.getHeader().getField(43) == "Y";
    if (received_.insert(number).second) {
      write("got", number);
      if (isPossibleDuplicate) write("resent", number);
      ++count;
    } else {
      write(isPossibleDuplicate ? "again" : "doubled", number);
    }
    if (isAcceptor_ && sent_.insert(number).second) sendReport(number);
  }

  std::atomic<int> count{0};
  int lastSent = 0;

 private:
  void sendReport(int number) {
    FIX::Message report;
    report.getHeader().setField(35, "8");
    report.setField(6, "0");
    report.setField(11, std::to_string(number));
    report.setField(14, "0");
    report.setField(17, std::to_string(number));
    report.setField(37, "X");
    report.setField(39, "0");
    report.setField(54, "1");
    report.setField(55, "VOD");
    report.setField(150, "0");
    report.setField(151, "100");
    FIX::Session::sendToTarget(report, session);
  }

  void write(const char* what, int number) {
    const std::string line = std::string(what) + " " + std::to_string(number) + "\n";
    if (::write(journal_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

  const bool isAcceptor_;
  int journal_;
  std::set<int> received_;
  std::set<int> sent_;
};

/** Logs on with a password and enters one order. */
class Trader : public Quiet {
 public:
  Trader(const std::vector<std::string>& args) : args_(args) {}

  void toAdmin(FIX::Message& message, const FIX::SessionID&) override {
    if (message.getHeader().getField(35) != "A") return;
    const std::string& password = args_[5];
    if (args_[2] == "FIX.4.2") {
      message.setField(95, std::to_string(password.size()));
      message.setField(96, password);
    } else {
      message.setField(554, password);
    }
  }

  void onLogon(const FIX::SessionID& id) override {
    FIX::Message order;
    order.getHeader().setField(35, "D");
    order.setField(11, "quickfix-" + std::to_string(getpid()));
    if (args_[2] == "FIX.4.2") order.setField(21, "1");
    order.setField(38, "100");
    order.setField(40, "2");
    order.setField(44, args_[8]);
    order.setField(54, args_[7]);
    order.setField(55, args_[6]);
    order.setField(FIX::TransactTime());
    FIX::Session::sendToTarget(order, id);
  }

  void fromApp(const FIX::Message& message, const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                                         FIX::IncorrectTagValue,
                                                                         FIX::UnsupportedMessageType) override {
    std::cout << "35=" << message.getHeader().getField(35);
    for (const int tag : {150, 39, 55, 54, 32, 31, 151, 14, 58}) {
      if (message.isSetField(tag)) std::cout << "|" << tag << "=" << message.getField(tag);
    }
    std::cout << std::endl;
    if (message.isSetField(39) && message.getField(39) == "2") isFilled = true;
  }

  std::atomic<bool> isFilled{false};

 private:
  const std::vector<std::string> args_;
};

FIX::SessionSettings settings(const std::string& role, const std::string& folder, const std::string& port,
                              const std::string& begin, const std::string& us, const std::string& them) {
  std::stringstream text;
  text << "[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nHeartBtInt=30\nReconnectInterval=1\nUseDataDictionary=N\n"
       << "SocketNodelay=Y\n";
  if (folder != "-") text << "FileStorePath=" << folder << "/store\n";
  if (role == "initiator") {
    text << "ConnectionType=initiator\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" << port << "\n";
  } else {
    text << "ConnectionType=acceptor\nSocketAcceptPort=" << port << "\n";
    if (role == "echo") text << "ResetOnLogon=Y\n";
  }
  if (begin == "FIXT.1.1") text << "DefaultApplVerID=FIX.5.0SP2\n";
  text << "[SESSION]\nBeginString=" << begin << "\nSenderCompID=" << us << "\nTargetCompID=" << them << "\n";
  return FIX::SessionSettings(text);
}

int echo(const std::string& folder, const std::string& port, const std::string& begin) {
  Echo application;
  FIX::SessionSettings configuration = settings("echo", folder, port, begin, "ISLD", "TW44");
  FIX::MemoryStoreFactory memory;
  FIX::FileStoreFactory file(configuration);
  FIX::MessageStoreFactory& store = folder == "-" ? static_cast<FIX::MessageStoreFactory&>(memory) : file;
  FIX::SocketAcceptor acceptor(application, store, configuration);
  acceptor.start();
  std::cout << "listening" << std::endl;
  while (!stopped) usleep(50000);
  acceptor.stop(true);
  return 0;
}

int accept(const std::string& folder, const std::string& port, const std::string& begin) {
  Peer peer(folder, true);
  FIX::SessionSettings configuration = settings("acceptor", folder, port, begin, "VENUE", "BUYER");
  FIX::FileStoreFactory store(configuration);
  FIX::SocketAcceptor acceptor(peer, store, configuration);
  peer.restore();
  acceptor.start();
  while (!stopped) usleep(10000);
  acceptor.stop();
  return 0;
}

int initiate(const std::string& folder, const std::string& port, const std::string& begin, int count, int window) {
  Peer peer(folder, false);
  FIX::SessionSettings configuration = settings("initiator", folder, port, begin, "BUYER", "VENUE");
  FIX::FileStoreFactory store(configuration);
  FIX::SocketInitiator initiator(peer, store, configuration);
  peer.restore();
  initiator.start();
  FIX::Session* session = FIX::Session::lookupSession(peer.session);
  while (!stopped && peer.count < count) {
    if (session->isLoggedOn() && peer.lastSent < count && peer.lastSent - peer.count < window) {
      peer.sendOrder(peer.lastSent + 1);
    } else {
      usleep(200);
    }
  }
  initiator.stop();
  return 0;
}

int trade(const std::vector<std::string>& args) {
  Trader trader(args);
  FIX::SessionSettings configuration = settings("initiator", "-", args[1], args[2], args[3], args[4]);
  FIX::MemoryStoreFactory store;
  FIX::SocketInitiator initiator(trader, store, configuration);
  initiator.start();
  for (int waited = 0; !stopped && !trader.isFilled && waited < 20000; waited++) usleep(1000);
  initiator.stop();
  return trader.isFilled ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGTERM, stop);
  const std::vector<std::string> args(argv + 1, argv + argc);
  try {
    if (args.size() >= 4 && args[0] == "echo") return echo(args[1], args[2], args[3]);
    if (args.size() >= 4 && args[0] == "acceptor") return accept(args[1], args[2], args[3]);
    if (args.size() >= 9 && args[0] == "trade") return trade(args);
    if (args.size() >= 6 && args[0] == "initiator") {
      return initiate(args[1], args[2], args[3], std::stoi(args[4]), std::stoi(args[5]));
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
  std::cerr << "usage: quickfix-peer acceptor|initiator|echo|trade ..., see the head of the source" << std::endl;
  return 2;
}
