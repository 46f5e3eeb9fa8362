// The stand-ins, under the names that App is written against; functions/Azure has the official ones.
global using Marquee.Local.Durable;
global using Marquee.Local.Durable.Client;
global using Marquee.Local.Functions;
global using Marquee.Local.Functions.Builder;
global using Marquee.Local.ServiceBus;
global using Microsoft.Extensions.Hosting;
