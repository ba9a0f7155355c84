using Moodstream.ModelServer;
using Moodstream.ServiceDefaults;

var builder = ServiceProgram.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddModelServer();                // versions, batches, the two ports

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready
app.MapModelServer();                    // gRPC, REST, metrics

app.Run();
