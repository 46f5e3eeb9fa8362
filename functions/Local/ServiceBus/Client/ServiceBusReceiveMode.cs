namespace Marquee.Local.ServiceBus;

public enum ServiceBusReceiveMode { PeekLock, ReceiveAndDelete }
