using Moodstream.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready

app.Run();
