// What stands behind the App in this head: the official packages. App files carry no using of these namespaces;
// functions/Local/GlobalUsings.cs brings in the same names from Marquee.Local.*.
global using Azure.Messaging.ServiceBus;
global using Marquee.App;
global using Microsoft.Azure.Functions.Worker;
global using Microsoft.Azure.Functions.Worker.Builder;
global using Microsoft.Azure.Functions.Worker.Http;
global using Microsoft.Azure.Functions.Worker.Middleware;
global using Microsoft.DurableTask;
global using Microsoft.DurableTask.Client;
global using Microsoft.Extensions.DependencyInjection;
global using Microsoft.Extensions.Hosting;
// ASP.NET Core MVC has a FromBodyAttribute too, which the worker does not read; the alias wins over both imports.
global using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;
