export {
  MoldUdp64UdpPublisher,
  MoldUdp64UdpReceiver,
  type MoldUdp64UdpReceiverOptions,
  MoldUdp64UdpRequestServer,
  type UdpAddress,
} from "./mold-udp.ts";
export {
  SoupBinTcpClient,
  type SoupBinTcpClientListener,
  type SoupBinTcpClientOptions,
  SoupBinTcpServer,
  type SoupBinTcpServerListener,
} from "./soup-bin-tcp.ts";
