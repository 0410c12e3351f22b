#!/bin/sh
# Terraform that ends in order after Ctrl-C. cdktf 0.21 is gone a tenth of a second after it has handed
# the Ctrl-C on, and with it the terminal on which Terraform runs: that hangs up on Terraform, which ends
# at once, leaves its lock in the bucket and does not write down what it was just making. Here it does
# not hear of it. For cdktf by TERRAFORM_BINARY_NAME; another program than terraform by PATIENT_TERRAFORM.
trap '' HUP
exec "${PATIENT_TERRAFORM:-terraform}" "$@"
