using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Relay;
using Moodstream.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddInProcessBuildingBlocks();    // pub/sub and state
builder.AddRelay();                      // tweets.scored -> the Redis channel STREAM

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready

app.Run();
