using Marquee.Local.Stripe;

// Marquee.Local.Stripe --urls http://127.0.0.1:12111 --data DIR, or the configuration section Stripe.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
var options = new StripeOptions { Url = "http://127.0.0.1:12111", RateLimitPerSecond = 100 };
configuration.GetSection("Stripe").Bind(options);
options.Url = configuration["urls"] ?? options.Url;
options.DataPath = configuration["data"] ?? (options.DataPath.Length > 0 ? options.DataPath : Path.Combine(".marquee", "stripe"));
await using var server = await StripeServer.StartAsync(options, TimeProvider.System);
Console.WriteLine($"stripe listening on {server.Address}");
await server.WaitForShutdownAsync();
return 0;
