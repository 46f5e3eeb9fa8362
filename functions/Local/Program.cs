using Marquee.App;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddMarquee(builder.Configuration);
builder.Build().Run();
