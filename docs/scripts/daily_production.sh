#!/bin/bash
# daily_production.sh - Automated daily production

echo "🌅 Starting daily production routine..."

# Morning system check
plotty check ready --detailed
if [ $? -ne 0 ]; then
    echo "❌ System check failed. Aborting production."
    exit 1
fi

# Load today's production schedule
plotty load schedule --file "today/production_schedule.json"

# Optimize for today's constraints
plotty plan-all --optimize-for-today --resource-constraints

# Start production with monitoring
plotty plot-all --monitor --notify-on-complete --auto-recovery

# Generate end-of-day report
plotty report daily --auto-generate --email-studio

echo "✅ Daily production routine complete."
